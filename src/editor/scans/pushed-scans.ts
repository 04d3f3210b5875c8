import * as vscode from 'vscode';
import { CancelledError, type Log, messageOf, plainText, redacted } from '../../base/index.ts';
import type { ScanReport } from '../../inspection/index.ts';
import type { PushedRecord, PushRecord } from '../../push/index.ts';
import { parseTarget } from '../../reference/index.ts';
import type { EngineSession } from '../engine-session.ts';
import { commandIds, pageArgument } from '../ids.ts';
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

/** What is newly known of one that was pushed. */
interface News {
  readonly record: PushedRecord;
  readonly ids: readonly string[];
  /** The registry's own scan says so, else the scanner of this machine. */
  readonly atRegistry: boolean;
}

interface Look {
  /** How many pushed tags there is a result for. */
  readonly scanned: number;
  /** How many could not be asked about. */
  readonly failed: number;
  readonly news: number;
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
  #running: Promise<unknown> | undefined;

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

  /**
   * “Scan Pushed Tags Again”, now and whatever was looked at before.
   *
   * @throws CancelledError
   */
  async now(): Promise<void> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: 'Looking again at what was pushed',
    };
    const { failed, news, scanned } = await vscode.window.withProgress(options, (_, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      return this.#look(AbortSignal.any([stop.signal, this.#parts.signal]), true);
    });
    if (news > 0) return;
    const tags = (count: number): string => (count === 1 ? '1 pushed tag' : `${count} pushed tags`);
    const found = scanned === 0 ? 'There is no scan of anything that was pushed.' : 'Nothing new is known.';
    const rest = failed === 0 ? '' : ` ${tags(failed)} could not be asked about; the log says why.`;
    void vscode.window.showInformationMessage(`Looked at ${tags(scanned)}. ${found}${rest}`);
  }

  async #look(signal: AbortSignal, isAsked: boolean): Promise<Look> {
    // One that nobody waits for asks less.
    await this.#running?.catch(() => undefined);
    const look = this.#lookAtAll(signal, isAsked);
    this.#running = look;
    return look.finally(() => (this.#running = undefined));
  }

  async #lookAtAll(signal: AbortSignal, isAsked: boolean): Promise<Look> {
    const { book, log, pushes } = this.#parts;
    // First, so that no other window does the same beside it.
    await book.looked();
    const { isPushed } = await import('../../push/index.ts');
    const records = lastPushes((await pushes.load()).filter(isPushed), Date.now());
    const news: News[] = [];
    let [scanned, failed] = [0, 0];
    let scansHere = isAsked ? Infinity : mostUnasked;
    try {
      for (const record of records) {
        try {
          const found = await this.#lookAt(record, signal, { isAsked, mayScan: scansHere > 0 });
          if (!found) continue;
          if (!found.atRegistry) scansHere -= 1;
          scanned += 1;
          const ids = await this.#untold(record, found.report);
          if (ids.length > 0) news.push({ record, ids, atRegistry: found.atRegistry });
        } catch (error) {
          if (signal.aborted) throw new CancelledError();
          failed += 1;
          log.info(`${record.target} was not looked at again: ${redacted(messageOf(error))}`);
        }
      }
    } finally {
      if (news.length > 0) await this.#tell(news);
    }
    return { scanned, failed, news: news.length };
  }

  /** By the registry's own scan; where it has none or does not tell, by the scanner of this machine. */
  async #lookAt(
    record: PushedRecord,
    signal: AbortSignal,
    { isAsked, mayScan }: { readonly isAsked: boolean; readonly mayScan: boolean },
  ): Promise<{ readonly report: ScanReport; readonly atRegistry: boolean } | undefined> {
    const atRegistry = await this.#atRegistry(record, signal, isAsked).catch((error: unknown) => error as Error);
    if (atRegistry && !(atRegistry instanceof Error)) return { report: atRegistry, atRegistry: true };
    const report = mayScan ? await this.#here(record, signal, isAsked) : undefined;
    if (report) return { report, atRegistry: false };
    if (atRegistry) throw atRegistry;
    return undefined;
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
    const ask = isAsked ? { ask: { answers: new Map() } } : {};
    const found = await this.#parts.registryScans.of(image, { signal, ...ask });
    return found.kind === 'report' ? found.report : undefined;
  }

  /** Where the image is still here; unasked only what was scanned before, and not within a day. */
  async #here({ image: { id } }: PushRecord, signal: AbortSignal, isAsked: boolean): Promise<ScanReport | undefined> {
    const { book, scans, session } = this.#parts;
    if (id === undefined) return undefined;
    const before = await book.summary(id);
    if (!isAsked && (!before || Date.now() - before.at < day)) return undefined;
    if ((await scans.find()).kind === 'missing') return undefined;
    const { engine } = await session.connect();
    const details = await engine.inspectImage(id, signal).catch(() => undefined);
    return details && scans.reportOf(details, engine, { signal });
  }

  /** The critical ones that nobody was told of yet. What was known here before the push was no news to who pushed. */
  async #untold(record: PushedRecord, { vulnerabilities }: ScanReport): Promise<readonly string[]> {
    const { book } = this.#parts;
    const { at, endedAt = at, image, result } = record;
    const told = new Set(await book.told(result.digest));
    const before = image.id === undefined ? undefined : await book.summary(image.id);
    if (image.id !== undefined && before && before.at <= endedAt)
      for (const id of criticalIn(await book.report(image.id))) told.add(id);
    return criticalIn({ vulnerabilities }).filter((id) => !told.has(id));
  }

  /** Shows it, and remembers that it was. */
  async #tell(news: readonly News[]): Promise<void> {
    const { book, log } = this.#parts;
    const lines = news.slice(0, mostNamed).map(({ ids, record: { target } }) => {
      const rest = ids.length > mostNamed ? ` and ${ids.length - mostNamed} more` : '';
      return `${target} (${ids.slice(0, mostNamed).join(', ')}${rest})`;
    });
    const rest = news.length > mostNamed ? `, and ${news.length - mostNamed} more` : '';
    const text = plainText(
      `Critical vulnerabilities are known now in what you pushed: ${lines.join('; ')}${rest}.`,
      900,
    );
    log.warn(text);
    void this.#show(text, news);
    for (const { ids, record } of news) {
      const { digest } = record.result;
      await book.tell(digest, new Set([...(await book.told(digest)), ...ids]));
    }
  }

  async #show(text: string, [first]: readonly News[]): Promise<void> {
    const show = 'Show Vulnerabilities';
    const answer = await vscode.window.showWarningMessage(text, show);
    if (answer !== show || !first) return;
    const { atRegistry, record } = first;
    const { image, result, target } = record;
    const list = atRegistry ? { reference: target, digest: result.digest } : { image: image.id ?? image.name };
    await vscode.commands.executeCommand(commandIds.showVulnerabilities, pageArgument(list));
  }
}

function criticalIn(report: Pick<ScanReport, 'vulnerabilities'> | undefined): string[] {
  const critical = (report?.vulnerabilities ?? []).filter(({ severity }) => severity === 'critical');
  return [...new Set(critical.map(({ id }) => id))];
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
