import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Canary } from './canary.ts';
import * as inPage from './in-page.ts';
import type { TextInPage } from './in-page.ts';
import { leaderWith, ProcessWatch } from './processes.ts';
import type { Visitor } from './visitor.ts';
import type { VSCodeServer } from './vscode-server.ts';
import type { Workbench } from './workbench.ts';

/** The places in which a password must not be. The secret storage is searched too: it is encrypted. */
export const places = ['settings', 'state', 'logs', 'notifications', 'processes', 'exported API'] as const;
export type Place = (typeof places)[number];

export interface SearchedParts {
  readonly server: VSCodeServer;
  /** The workspace. */
  readonly folder: string;
  readonly workbench: Workbench;
  readonly visitor: Visitor;
}

/** A file, or what else it is in, and how it stands there. */
export interface Find {
  readonly where: string;
  readonly forms: readonly string[];
}

interface Content {
  readonly where: string;
  readonly content: string | Buffer;
}

/** Searches an editor with everything around it, from the moment at which it is made. */
export class Search {
  readonly #parts: SearchedParts;
  readonly #processes: ProcessWatch;
  /** What extensions and the workbench write to the browser's console. */
  readonly #console: string[] = [];

  constructor(parts: SearchedParts) {
    this.#parts = parts;
    this.#processes = new ProcessWatch(leaderWith(parts.server.dataDir));
    parts.workbench.page.on('console', (message) => this.#console.push(message.text()));
  }

  /** Where in a place the password is, and in which forms. */
  async find(canary: Canary, place: Place): Promise<Find[]> {
    const found = await this.#contents[place]();
    return found.flatMap(({ where, content }) => {
      const forms = [...canary.formsIn(where), ...canary.formsIn(content)];
      return forms.length > 0 ? [{ where, forms }] : [];
    });
  }

  /** How much there is to be searched in a place. */
  async size(place: Place): Promise<number> {
    return (await this.#contents[place]()).length;
  }

  stop(): void {
    this.#processes.stop();
  }

  readonly #contents: Record<Place, () => Promise<Content[]>> = {
    settings: async () => [
      ...(await this.#files()).filter(({ where }) => placeOf(where) === 'settings'),
      ...contents('the settings as extensions read them', (await this.#parts.visitor.look()).settings),
    ],
    state: async () =>
      [...(await this.#files()), ...(await this.#stored())].filter(({ where }) => placeOf(where) === 'state'),
    logs: async () => [
      ...[...(await this.#files()), ...(await this.#stored())].filter(({ where }) => placeOf(where) === 'logs'),
      ...contents('the console', this.#console),
    ],
    notifications: async () => [
      ...contents('a notification', [JSON.stringify(await this.#parts.workbench.notificationHistory())]),
      ...(await this.#texts(inPage.textsOnScreen)),
      ...contents('the clipboard', [await this.#parts.workbench.clipboard()]),
    ],
    processes: async () => {
      const { environment, started } = await this.#parts.visitor.look();
      return [
        ...this.#processes.texts().map(({ pid, text }) => ({ where: `process ${pid}`, content: text })),
        ...contents('the extension host', environment),
        ...contents('a process that the extension host started', started),
      ];
    },
    'exported API': async () => contents('the API', (await this.#parts.visitor.look()).api),
  };

  /** All that the editor, what it started and the workspace have on the disk. */
  async #files(): Promise<Content[]> {
    const { server, folder } = this.#parts;
    const found: Content[] = [];
    for (const root of [path.dirname(server.dataDir), folder])
      for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
        const where = path.join(entry.parentPath, entry.name);
        // One that has just been removed is not there.
        if (entry.isFile()) found.push({ where, content: await readFile(where).catch(() => '') });
      }
    return found;
  }

  async #stored(): Promise<Content[]> {
    return this.#texts(inPage.storedTexts);
  }

  async #texts(expression: string): Promise<Content[]> {
    const texts = await this.#parts.workbench.page.evaluate<TextInPage[]>(expression);
    return texts.map(({ where, text }) => ({ where, content: text }));
  }
}

function contents(where: string, texts: readonly string[]): Content[] {
  return [...new Set(texts)].map((content) => ({ where, content }));
}

/** To which place a file belongs, or an entry of the browser's stores by its name, which is mostly a path. */
function placeOf(where: string): Place {
  if (/\/\.vscode\/|\/User\/[^/]*\.json$|\/User\/profiles\/|\/Machine\//u.test(where)) return 'settings';
  return /\/logs\/|\.log$|logs-store/u.test(where) ? 'logs' : 'state';
}
