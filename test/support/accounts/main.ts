import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Accounts } from '../accounts.ts';

const folder = process.env.TESTS_ACCOUNTS ?? '';

/** Stands where VS Code's own extensions for GitHub and Microsoft do: the accounts are those of a file. */
export function activate(context: vscode.ExtensionContext): void {
  for (const [id, label] of [
    ['github', 'GitHub'],
    ['microsoft', 'Microsoft'],
  ] as const) {
    const changes = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
    const provider: vscode.AuthenticationProvider = {
      onDidChangeSessions: changes.event,
      getSessions: async (scopes) => {
        const { sessions } = await read(id);
        return sessions.filter((one) => !scopes || scopes.join(' ') === one.scopes.join(' ')).map(sessionOf);
      },
      createSession: async (scopes) => {
        await appendFile(path.join(folder, `${id}.asked`), `${scopes.join(' ')}\n`);
        const { sessions, next } = await read(id);
        // As both of them say it.
        if (!next) throw new Error('Cancelled');
        const made = { ...next, scopes: [...scopes] };
        await writeFile(path.join(folder, `${id}.json`), JSON.stringify({ sessions: [...sessions, made], next }));
        changes.fire({ added: [sessionOf(made)], removed: [], changed: [] });
        return sessionOf(made);
      },
      removeSession: () => Promise.reject(new Error('Nobody removes one here.')),
    };
    const options = { supportsMultipleAccounts: true };
    context.subscriptions.push(vscode.authentication.registerAuthenticationProvider(id, label, provider, options));
  }
}

async function read(id: string): Promise<Accounts> {
  const text = await readFile(path.join(folder, `${id}.json`), 'utf8').catch(() => '{"sessions":[]}');
  return JSON.parse(text) as Accounts;
}

function sessionOf({ account, token, scopes }: Accounts['sessions'][number]): vscode.AuthenticationSession {
  return { id: account, accessToken: token, account: { id: account, label: account }, scopes };
}
