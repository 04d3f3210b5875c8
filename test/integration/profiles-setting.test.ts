import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { readProfiles } from '../../src/editor/profiles/profile.ts';
import { settingIn } from '../../src/editor/settings-text.ts';
import { until } from '../support/until.ts';

describe('dockerPush.profiles in settings.json', () => {
  const folder = path.join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', '.vscode');
  const file = vscode.Uri.file(path.join(folder, 'settings.json'));

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await rm(folder, { recursive: true });
  });

  /** Shows the file with this text, and the cursor where `|` stands. */
  const show = async (text: string): Promise<vscode.TextEditor> => {
    await mkdir(folder, { recursive: true });
    await writeFile(file.fsPath, '{}');
    const editor = await vscode.window.showTextDocument(file);
    const at = text.indexOf('|');
    const { document } = editor;
    const whole = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
    await editor.edit((edit) => edit.replace(whole, text.replace('|', '')));
    const position = document.positionAt(Math.max(0, at));
    editor.selection = new vscode.Selection(position, position);
    return editor;
  };
  const complete = async (editor: vscode.TextEditor, label: string): Promise<void> => {
    const item = await until(`“${label}” is proposed`, async () => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        file,
        editor.selection.active,
      );
      return items.find((one) => one.label === label);
    });
    const { insertText, range } = item;
    const place = range instanceof vscode.Range ? range : range?.replacing;
    await editor.insertSnippet(
      typeof insertText === 'string'
        ? new vscode.SnippetString(insertText)
        : (insertText ?? new vscode.SnippetString()),
      place,
    );
  };
  const read = (editor: vscode.TextEditor): ReturnType<typeof readProfiles> =>
    readProfiles(settingIn(editor.document.getText(), 'dockerPush.profiles'));
  const complaints = (): string[] => vscode.languages.getDiagnostics(file).map(({ message }) => message);

  for (const [label, text] of [
    ['push profiles', '{ "dockerPush.profiles": | }'],
    ['push profile', '{ "dockerPush.profiles": [|] }'],
  ] as const)
    it(`is completed by “${label}” to a profile that counts`, async () => {
      const editor = await show(text);
      await complete(editor, label);
      assert.deepEqual(read(editor), [
        {
          kind: 'profile',
          profile: {
            name: 'staging',
            image: 'api',
            targets: ['registry.example.com/team/${imageName}:${tag}'],
          },
        },
      ]);
    });

  it('is completed by a target', async () => {
    const editor = await show('{ "dockerPush.profiles": [{ "name": "a", "image": "b", "targets": [|] }] }');
    await complete(editor, 'registry/path:tag');
    assert.equal(read(editor)[0]?.kind, 'profile');
  });

  it('is underlined where it is wrong', async () => {
    await show('{ "dockerPush.profiles": [{ "name": "a", "image": "b:1", "target": [], "targets": ["team/api"] }] }');
    await until('all is said', () => complaints().length >= 3);
    const all = complaints().join('\n');
    for (const words of [/without a tag, as api/u, /target is not allowed/u, /Write registry, path and tag/u])
      assert.match(all, words);
  });
});
