import { format } from 'node:util';
import { openProfile } from './chromium.ts';
import { countsIn, reportIn } from './report.ts';
import type { Counts } from './report.ts';
import { startServer } from './vscode-server.ts';
import type { ServerOptions } from './vscode-server.ts';

export interface ExtensionHostOptions extends Pick<ServerOptions, 'env' | 'home' | 'userSettings' | 'trust'> {
  /** The absolute path of the extension under development: the folder of its package.json. */
  extensionPath: string;
  /** The absolute path of a CommonJS file that exports `run(): Promise<void>`. */
  testsPath: string;
  /** The absolute path of the folder that is opened. */
  folder: string;
  /** Given each line of the tests' own report when it comes, of which {@link ExtensionHostRun.output} holds more. */
  onReport?: (line: string) => void;
  /** How long the whole run may take, in milliseconds. */
  patience?: number;
}

export interface ExtensionHostRun {
  /** 0 when `run()` was fulfilled. */
  code: number;
  /** The console of the extension host and of the workbench, a line each. */
  output: string;
  /** What the test run says of itself; undefined when it did not come to its end. */
  counts: Counts | undefined;
  /** As in VSCodeServer. */
  logs: string;
  extensionLog: string;
}

/**
 * Runs tests inside the extension host of a real Visual Studio Code, with the extension under development loaded.
 *
 * @throws Error with the output so far when the page or the server ends first, or patience does
 */
export async function runInExtensionHost(options: ExtensionHostOptions): Promise<ExtensionHostRun> {
  const server = await startServer({ ...options, mode: 'host' });
  const output: string[] = [];
  try {
    const profile = await openProfile();
    try {
      const page = await profile.context.newPage();
      await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
        const text = `${format(...args)}\n`;
        output.push(text);
        for (const line of reportIn(text)) options.onReport?.(line);
      });
      let exited: (code: number) => void = () => undefined;
      await page.exposeFunction('codeAutomationExit', (code: number) => exited(code));
      const patience = options.patience ?? 600_000;
      let late: NodeJS.Timeout | undefined;
      const exit = new Promise<number>((resolve, reject) => {
        const fail = (reason: string): void => reject(new Error(reason));
        exited = resolve;
        page.once('crash', () => fail('The page of the workbench crashed.'));
        page.once('close', () => fail('The page of the workbench was closed.'));
        void server.exited.then(() => fail('The Visual Studio Code server ended.'));
        late = setTimeout(() => fail(`No end after ${patience / 1000} s.`), patience);
      });
      try {
        const [code] = await Promise.all([exit, page.goto(address(server.url, options))]);
        const text = output.join('');
        return {
          code,
          output: text,
          counts: countsIn(text),
          logs: await server.logs(),
          extensionLog: await server.extensionLog(),
        };
      } finally {
        clearTimeout(late);
      }
    } finally {
      await profile.close();
    }
  } catch (error) {
    throw new Error(`The tests in the extension host did not end. Their output:\n${output.join('')}`, { cause: error });
  } finally {
    await server.stop();
  }
}

/** What the workbench in a browser reads from its address: microsoft/vscode, src/vs/code/browser/workbench. */
function address(url: string, { extensionPath, testsPath, folder }: ExtensionHostOptions): string {
  const remote = (path: string): string => `vscode-remote://${new URL(url).host}${path}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extensionPath)],
    ['extensionTestsPath', remote(testsPath)],
    ['skipWelcome', 'true'],
  ];
  return `${url}/?${new URLSearchParams({ folder, payload: JSON.stringify(payload) }).toString()}`;
}
