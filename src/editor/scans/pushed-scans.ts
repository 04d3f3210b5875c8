import * as vscode from 'vscode';
import { CancelledError, type Log, messageOf, plainText, redacted } from '../../base/index.ts';
import type { ScanReport } from '../../inspection/index.ts';
import type { PushedRecord, PushRecord } from '../../push/index.ts';
import { parseTarget } from '../../reference/index.ts';
import type { EngineSession } from '../engine-session.ts';
import { commandIds } from '../ids.ts';
import type { PushesModel } from '../pushes-model.ts';
import type { ImageScans } from './image-scans.ts';
import type { RegistryScans } from './registry-scans.ts';
import type { ScanBook } from './scan-book.ts';

export interface PushedScansParts {
  readonly pushes: Pick<PushesModel, 'load'>;
  readonly book: ScanBook;
  readonly registryScans: RegistryScans;
  readonly scans: ImageScans;
  readonly session: Pick<EngineSession, 'connect'>;
  readonly log: Log;
  /** Aborts with the window. */
  readonly signal: AbortSignal;
}

/** What is new in one that was pushed. */
interface NewlyKnown {
  readonly target: string;
  /** Where the list is. */
  readonly list: { readonly reference: string } | { readonly image: string };
  readonly ids: readonly string[];
}

interface Look {
  /** How many pushed tags there is a result for. */
  readonly scanned: number;
  readonly news: readonly NewlyKnown[];
}

const day = 24 * 60 * 60 * 1000;
/** So many tags are looked at, those that were pushed last, and so long after their push. */
const most = 20;
const mostDays = 90;
/** The scanner of this machine takes a while for each, so it is run for few that nobody waits for. */
const mostUnasked = 3;
const mostNamed = 5;

/** Looks again at what was pushed, as vulnerabilities become known later, and tells of each critical one once. */
export class PushedScans {
  readonly #parts: PushedScansParts;
  #running: Promise<Look> | undefined;

  constructor(parts: PushedScansParts) {
    this.#parts = parts;
  }

  /** After a push, at most once a day and in one window. Never rejects. */
  async daily(): Promise<void> {
    const { book, log, signal } = this.#parts;
    try {
      if (this.#running || Date.now() - (await book.lookedAt()) < day) return;
      await this.#look(signal, false);
    } catch (error) {
      if (!signal.aborted) log.debug(`what was pushed was not looked at again: ${redacted(messageOf(error))}`);
    }
  }

  /** “Scan Pushed Tags Again”, now and whatever was looked at before. */
  async now(): Promise<void> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: 'Looking again at what was pushed',
    };
    const look = await vscode.window.withProgress(options, (_, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      return this.#look(AbortSignal.any([stop.signal, this.#parts.signal]), true);
    });
    if (look.news.length === 0) {
      const words = look.scanned === 0 ? 'There is no scan of anything that was pushed.' : 'Nothing new is known.';
      void vscode.window.showInformationMessage(
        `Looked at ${look.scanned === 1 ? '1 pushed tag' : `${look.scanned} pushed tags`}. ${words}`,
      );
    }
  }

  #look(signal: AbortSignal, isAsked: boolean): Promise<Look> {
    this.#running ??= this.#lookAtAll(signal, isAsked).finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #lookAtAll(signal: AbortSignal, isAsked: boolean): Promise<Look> {
    const { book, log, pushes } = this.#parts;
    // First, so that no other window does the same beside it.
    await book.looked();
    const news: NewlyKnown[] = [];
    let scanned = 0;
    let scansHere = isAsked ? Infinity : mostUnasked;
    const { isPushed } = await import('../../push/index.ts');
    const pushed = (await pushes.load()).filter(isPushed);
    for (const record of lastPushes(pushed, Date.now())) {
      if (signal.aborted) throw new CancelledError();
      const { target } = record;
      try {
        const atRegistry = await this.#atRegistry(record, signal, isAsked);
        const report = atRegistry ?? (scansHere > 0 ? await this.#here(record, signal, isAsked) : undefined);
        if (!atRegistry && report) scansHere -= 1;
        if (!report) continue;
        scanned += 1;
        const ids = await this.#untold(record.result.digest, report);
        const { id = '' } = record.image;
        if (ids.length > 0) news.push({ target, ids, list: atRegistry ? { reference: target } : { image: id } });
      } catch (error) {
        if (error instanceof CancelledError) throw error;
        log.debug(`${target} was not looked at again: ${redacted(messageOf(error))}`);
      }
    }
    if (news.length > 0) void this.#tell(news);
    return { scanned, news };
  }

  async #atRegistry(
    { registryIs, result, target }: PushedRecord,
    signal: AbortSignal,
    isAsked: boolean,
  ): Promise<ScanReport | undefined> {
    if (registryIs === 'elsewhere') return undefined;
    const { repository } = parseTarget(target);
    const image = { kind: 'digest', repository, digest: result.digest } as const;
    // What nobody waits for starts none of Docker's credential helpers, which may ask a person.
    const found = await this.#parts.registryScans.of(image, {
      signal,
      ...(isAsked && { ask: { answers: new Map() } }),
    });
    return found.kind === 'report' ? found.report : undefined;
  }

  /** With the scanner of this machine, where the image is still here; unasked only what was scanned before. */
  async #here({ image: { id } }: PushRecord, signal: AbortSignal, isAsked: boolean): Promise<ScanReport | undefined> {
    const { book, scans, session } = this.#parts;
    if (id === undefined || (!isAsked && !(await book.summary(id)))) return undefined;
    if ((await scans.find()).kind === 'missing') return undefined;
    const { engine } = await session.connect();
    return scans.reportOf(await engine.inspectImage(id, signal), engine, { signal });
  }

  /** The critical ones that nobody was told of yet; from now on they count as told. */
  async #untold(digest: string, { vulnerabilities }: ScanReport): Promise<readonly string[]> {
    const { book } = this.#parts;
    const told = await book.told(digest);
    const critical = vulnerabilities.filter(({ severity }) => severity === 'critical').map(({ id }) => id);
    const untold = [...new Set(critical)].filter((id) => !told.has(id));
    if (untold.length > 0) await book.tell(digest, new Set([...told, ...untold]));
    return untold;
  }

  async #tell(news: readonly NewlyKnown[]): Promise<void> {
    const lines = news.slice(0, mostNamed).map(({ ids, target }) => {
      const rest = ids.length > mostNamed ? ` and ${ids.length - mostNamed} more` : '';
      return `${target} (${ids.slice(0, mostNamed).join(', ')}${rest})`;
    });
    const rest = news.length > mostNamed ? `, and ${news.length - mostNamed} more` : '';
    const text = plainText(
      `Critical vulnerabilities are known now in what you pushed: ${lines.join('; ')}${rest}.`,
      900,
    );
    this.#parts.log.warn(text);
    const show = 'Show Vulnerabilities';
    const answer = await vscode.window.showWarningMessage(text, show);
    const [first] = news;
    if (answer === show && first) await vscode.commands.executeCommand(commandIds.showVulnerabilities, first.list);
  }
}

/** The last push of each target, the newest first. */
function lastPushes(history: readonly PushedRecord[], now: number): PushedRecord[] {
  const last = new Map<string, PushedRecord>();
  for (const record of history) {
    if (now - record.at > mostDays * day || last.has(record.target)) continue;
    last.set(record.target, record);
  }
  return [...last.values()].slice(0, most);
}
