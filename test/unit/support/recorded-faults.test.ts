import assert from 'node:assert/strict';
import { recordedFaults } from '../../support/recorded-faults.ts';

const time = '2026-11-23 16:59:35.695';

describe('the faults that an editor has recorded', () => {
  it('are errors with this extension in their stack or their words', () => {
    const ours = [
      `${time} [error] TypeError: x is not a function`,
      '    at run (/home/me/.vscode/extensions/slipway.docker-push-0.1.0/dist/extension.cjs:1:5)',
    ].join('\n');
    const named = `${time} [error] [slipway.docker-push] rejected promise not handled within 1 second: Error: no`;
    const others = `${time} [error] Error: getaddrinfo ENOTFOUND gallery.example\n    at fetch (node:net:1:1)`;
    const start = `${time} [info] ExtensionService#_doActivateExtension slipway.docker-push, startup: false`;
    const rejected = (error: string): string =>
      `${time} [error] ${error}: no\n    at x (/a/dist/extension.cjs:1:1) dockerPush.push {"value":"slipway.docker-push"}`;
    const meant = rejected('EngineError');
    const unforeseen = rejected('TypeError');
    const logs = [start, meant, unforeseen, others, ours, others, named, start].join('\n');
    assert.deepEqual(recordedFaults({ logs, extensionLog: '' }), [unforeseen, ours, named]);
  });

  it('are lines of the log channel that are no events', () => {
    const log = `${time} [info] pushed\n${time} [warning] no engine: gone\n    at somewhere\n`;
    assert.deepEqual(recordedFaults({ logs: '', extensionLog: log }), [
      'a line of the log that is no event:     at somewhere',
    ]);
  });
});
