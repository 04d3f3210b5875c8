import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { until } from '../support/until.ts';
import { surroundings } from './surroundings.ts';

const id = 'slipway.docker-push';

// The first file to run: what is loaded stays loaded.
describe('the extension after the editor has started', () => {
  before(() => until('it is active', () => vscode.extensions.getExtension(id)?.isActive));

  const visitors = async (): Promise<number> => Number(await (await fetch(surroundings.lookout)).text());

  it('has loaded its entry, and none of the rooms that work', () => {
    const loaded = loadedBundles();
    assert.ok(loaded.includes('extension.cjs'), loaded.join());
    for (const later of ['engine.cjs', 'push.cjs', 'registry.cjs', 'aws.cjs'])
      assert.ok(!loaded.includes(later), loaded.join());
  });

  it('gives other extensions its API, and nothing else', () => {
    const exported: unknown = vscode.extensions.getExtension(id)?.exports;
    assert.deepEqual(Object.keys(exported as object), ['getAPI']);
  });

  it('has not asked for an engine elsewhere, and does when its images are looked at', async () => {
    assert.match(process.env.DOCKER_HOST ?? '', /^tcp:\/\//u);
    assert.equal(await visitors(), 0);
    await vscode.commands.executeCommand('dockerPush.images.focus');
    await until('the engine is asked for', async () => (await visitors()) > 0);
    const loaded = loadedBundles();
    assert.ok(loaded.includes('engine.cjs'), loaded.join());
    // The views show what was pushed, which needs push.cjs; no registry is asked for that.
    for (const later of ['registry.cjs', 'aws.cjs']) assert.ok(!loaded.includes(later), loaded.join());
  });
});

/** The extension's own files that this process has loaded. */
function loadedBundles(): string[] {
  const dist = path.join(surroundings.root, 'dist') + path.sep;
  return Object.keys(require.cache).flatMap((file) => (file.startsWith(dist) ? [file.slice(dist.length)] : []));
}
