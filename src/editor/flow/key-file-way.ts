import * as vscode from 'vscode';
import { messageOf, plainText } from '../../base/index.ts';
import type { PasswordCredential } from '../../credentials/index.ts';
import { type Checked, CheckedWay, endOf } from './checked-way.ts';
import type { SignInWay } from './sign-in-choice.ts';

/** The key file of a service account of Google's, which is chosen in a dialog. */
export function keyFileWay(check: (credential: PasswordCredential) => Checked): SignInWay {
  const way = new CheckedWay();
  return {
    label: 'Use a service account’s key file…',
    icon: 'json',
    detail: 'Read once, checked, then kept in VS Code’s secret storage.',
    take: (frame) =>
      endOf(async () => {
        const files = await vscode.window.showOpenDialog({
          title: 'Key file of a service account',
          openLabel: 'Use This Key',
          filters: { 'JSON files': ['json'], 'All files': ['*'] },
        });
        const [file] = files ?? [];
        if (!file) return { kind: 'back' };
        const credential = await readKey(file);
        return way.take(frame, `Checking the key of ${plainText(credential.account ?? '', 80)}…`, () =>
          Promise.resolve(check(credential)),
        );
      }),
  };
}

/** @throws Error that says what is wrong with the file, and nothing of what is in it */
async function readKey(file: vscode.Uri): Promise<PasswordCredential> {
  const name = plainText(file.path.slice(file.path.lastIndexOf('/') + 1), 80);
  const { keyFileLimit, readServiceAccountKey } = await import('../../credentials/index.ts');
  let text = '';
  try {
    // First its size: what is large, and no key, is not read.
    const { size } = await vscode.workspace.fs.stat(file);
    if (size <= keyFileLimit) text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch (error) {
    throw new Error(`${name} cannot be read: ${plainText(messageOf(error), 200)}`, { cause: error });
  }
  const credential = readServiceAccountKey(text);
  if (credential) return credential;
  throw new Error(
    `${name} is no key of a service account: a JSON file with "type": "service_account", "client_email" and "private_key". Make one with “gcloud iam service-accounts keys create”.`,
  );
}
