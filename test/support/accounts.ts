import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { makeRunFolder } from './run-folder.ts';

export interface Account {
  readonly account: string;
  readonly token: string;
}

/** The accounts of a provider: who is signed in, and who will be once somebody is asked, if anybody. */
export interface Accounts {
  readonly sessions: readonly (Account & { readonly scopes: readonly string[] })[];
  readonly next?: Account;
}

export type AccountProvider = 'github' | 'microsoft';

/** An extension that stands where VS Code's own for GitHub's and Microsoft's accounts do, which are left out. */
export interface AccountsExtension {
  /** For the server. */
  readonly options: { readonly without: readonly string[]; readonly extensions: readonly string[] };
  readonly env: Readonly<Record<string, string>>;
  /** Nobody is signed in; who is asked to sign in does so as this one, or declines. */
  readonly set: (provider: AccountProvider, next?: Account) => Promise<void>;
  /** The scopes for which somebody was asked to sign in. */
  readonly asked: (provider: AccountProvider) => Promise<string[]>;
}

export async function accountsExtension(): Promise<AccountsExtension> {
  const folder = (await makeRunFolder()).path;
  const made = path.join(folder, 'tests.accounts-1.0.0');
  await mkdir(made);
  const manifest = {
    ...{ name: 'accounts', publisher: 'tests', version: '1.0.0', main: './main.cjs', extensionKind: ['workspace'] },
    ...{ engines: { vscode: '^1.100.0' }, activationEvents: [] },
    contributes: {
      authentication: [
        { id: 'github', label: 'GitHub' },
        { id: 'microsoft', label: 'Microsoft' },
      ],
    },
  };
  await writeFile(path.join(made, 'package.json'), JSON.stringify(manifest));
  await build({
    entryPoints: [path.join(import.meta.dirname, 'accounts/main.ts')],
    outfile: path.join(made, 'main.cjs'),
    ...{ bundle: true, platform: 'node', format: 'cjs', external: ['vscode'], logLevel: 'warning' },
  });
  const at = (name: string): string => path.join(folder, name);
  return {
    options: { without: ['github-authentication', 'microsoft-authentication', 'github'], extensions: [made] },
    env: { TESTS_ACCOUNTS: folder },
    set: async (provider, next) => {
      await rm(at(`${provider}.asked`), { force: true });
      await writeFile(at(`${provider}.json`), JSON.stringify({ sessions: [], ...(next && { next }) }));
    },
    asked: async (provider) => {
      const text = await readFile(at(`${provider}.asked`), 'utf8').catch(() => '');
      return text.split('\n').filter((line) => line !== '');
    },
  };
}
