import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds, viewIds } from '../../src/editor/ids.ts';

interface Manifest {
  contributes: {
    commands: { command: string }[];
    configuration: { properties: Record<string, { default: unknown }> };
  };
}

describe('what the extension registers', () => {
  const { contributes } = vscode.extensions.getExtension('slipway.docker-push')?.packageJSON as Manifest;

  it('is each command that it declares, and no other', async () => {
    const made = new Set(Object.values(viewIds).map((view) => `${view}.`));
    const registered = (await vscode.commands.getCommands(true)).filter(
      // The editor makes some for each view, as `dockerPush.images.focus`.
      (command) => command.startsWith('dockerPush.') && ![...made].some((prefix) => command.startsWith(prefix)),
    );
    assert.deepEqual(registered.sort(), contributes.commands.map(({ command }) => command).sort());
    assert.deepEqual(registered, Object.values(commandIds).sort());
  });

  it('is each view, which can be shown', async () => {
    for (const view of Object.values(viewIds)) await vscode.commands.executeCommand(`${view}.focus`);
  });

  it('is each setting, with its default', () => {
    for (const [key, { default: value }] of Object.entries(contributes.configuration.properties)) {
      const known = vscode.workspace.getConfiguration().inspect(key);
      assert.deepEqual(known?.defaultValue, value, key);
    }
  });
});
