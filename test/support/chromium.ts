import { access } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext } from 'playwright-core';
import { own } from './cleanup.ts';
import { findProgram, installOnMachine } from './machine-packages.ts';
import { makeRunFolder } from './run-folder.ts';

/** How long a page may take to come to what is waited for, in milliseconds. */
const patience = 60_000;

export interface ProfileOptions {
  viewport?: { width: number; height: number };
  /** Picture elements for each of the viewport's: 2 makes pictures sharp on today's screens. */
  scale?: number;
}

export interface Profile {
  readonly context: BrowserContext;
  /** Closes its pages, and the browser when this is the last open profile. */
  close(): Promise<void>;
}

let browser: Promise<Browser> | undefined;
let openProfiles = 0;

/**
 * A profile of its own (cookies, storage, cache) in the one Chromium of this process, which is started for the
 * first profile. Pages in it may use the clipboard, and the editor's secret storage survives a reload.
 */
export async function openProfile({ viewport, scale }: ProfileOptions = {}): Promise<Profile> {
  openProfiles++;
  const close = async (): Promise<void> => {
    if (--openProfiles > 0) return;
    const last = browser;
    browser = undefined;
    await (await last)?.close();
  };
  try {
    const context = await (
      await (browser ??= launch())
    ).newContext({
      locale: 'en-US',
      // So high that three views have room for the rows that tests work with.
      viewport: viewport ?? { width: 1280, height: 1_000 },
      deviceScaleFactor: scale ?? 1,
    });
    context.setDefaultTimeout(patience);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    // The server's half of the key that encrypts secrets in the browser: without an answer they live in memory.
    await context.route('**/mint-key', (route) => route.fulfill({ body: Buffer.alloc(32, 7) }));
    let closed = false;
    return {
      context,
      close: async () => {
        // Closing twice must not count twice, else the browser would be closed under the other profiles.
        if (closed) return;
        closed = true;
        await context.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function launch(): Promise<Browser> {
  const executablePath = await chromiumPath();
  const folder = await makeRunFolder();
  const launched = await chromium.launch({
    executablePath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
    // Besides its profile it writes to the home folder: caches of fonts and settings, certificates, crash reports.
    env: { PATH: process.env['PATH'] ?? '', HOME: folder.path, TMPDIR: folder.path },
    // Everything that this process owns is stopped in order; a signal is not the browser's to answer.
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
  });
  const close = launched.close.bind(launched);
  launched.close = async () => {
    await close();
    await folder.remove();
  };
  // Playwright itself kills the browser when this process exits.
  const forget = own({ stop: () => launched.close(), stopNow: () => undefined });
  launched.once('disconnected', forget);
  return launched;
}

/**
 * The path of the Chromium to use: `CHROMIUM`, else the one on PATH, else Debian's, which is installed.
 *
 * @throws Error in one line that says how to get one
 */
export async function chromiumPath(): Promise<string> {
  const named = process.env['CHROMIUM'];
  if (named) {
    await access(named).catch(() => {
      throw new Error(`CHROMIUM names a program that is not there: ${named}`);
    });
    return named;
  }
  const names = ['chromium', 'google-chrome'];
  const found = await findProgram(...names);
  if (found) return found;
  if (process.platform !== 'linux')
    throw new Error('Set CHROMIUM to the path of a Chromium or Chrome program to open the workbench in it.');
  await installOnMachine(['chromium'], 'to open the workbench in it');
  const installed = await findProgram(...names);
  if (!installed)
    throw new Error('The package chromium has brought no program of that name; set CHROMIUM to its path.');
  return installed;
}
