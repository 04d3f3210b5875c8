import { type Disposable, type Log, messageOf, prefixed, redacted } from '../base/index.ts';
import type { ImageDetails } from '../engine/index.ts';
import type { Seen, Sight } from './standing.ts';
import type {
  Gate,
  LayerRow,
  Overwrite,
  ProcessSign,
  PushHistory,
  PushPhase,
  PushProgress,
  PushRecord,
  PushResult,
} from '../push/index.ts';

/** A push of this window that has not ended. */
export interface LivePush {
  readonly id: string;
  /** When it was asked for, in milliseconds since 1970. */
  readonly at: number;
  /** As it was chosen. */
  readonly image: string;
  /** Canonical. */
  readonly target: string;
  readonly phase: 'queued' | 'running' | 'cancelling';
  /** What keeps it in the queue, where that is not this window's other pushes. */
  readonly waitsFor?: 'another window';
  readonly progress?: PushProgress;
  /** What the log says of it so far, the last lines. */
  readonly log: readonly string[];
  /** Those that the engine told of so far. */
  layers(): readonly LayerRow[];
  cancel(): void;
}

/** By which a push tells what becomes of it. */
export interface PushTeller {
  /** Writes to the log, and keeps what it says. */
  readonly log: Log;
  /** Keeps it waiting while another window pushes to the same target. */
  readonly turn: Gate;
  started(): void;
  /** It was stopped, and what the registry has is found out. */
  cancelling(): void;
  /** What it turned out to be, before anything is sent. */
  planned(image: ImageDetails, account: string | undefined, registryIs: 'here' | 'elsewhere'): void;
  /** A check would have stopped it, and a person said why it goes on. */
  overridden(reason: string): void;
  progressed(progress: PushProgress, layers: () => readonly LayerRow[]): void;
  ended(result: PushResult): Promise<void>;
}

export interface PushesModelParts {
  readonly history: () => Promise<PushHistory>;
  /** What became of a push that was cut off. */
  readonly conclude: (record: PushRecord) => Promise<PushResult>;
  readonly log: Log;
  /** The process that this window's pushes run in: this one when absent. */
  readonly sign?: ProcessSign;
}

interface NewPush extends Pick<LivePush, 'id' | 'image' | 'target' | 'cancel'> {
  readonly platform: string | undefined;
  readonly overwrite: Overwrite | undefined;
}

/** So many lines of the log are kept with a push, the last. */
const logLines = 100;
/** A window that closes has this long until its process ends, in milliseconds; looked at after each of these. */
const closing = [500, 1_500, 4_000, 10_000];

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The pushes: those of this window that run or wait, and all that have ended. */
export class PushesModel implements Disposable {
  readonly #parts: PushesModelParts;
  readonly #live = new Map<string, Mutable<LivePush>>();
  readonly #listeners = new Set<(push?: LivePush) => void>();
  readonly #concluding = new Set<string>();
  /** All of this window: a list that was read before one of them ended knows less of it than this window does. */
  readonly #begun = new Set<string>();
  readonly #seen = new Map<string, Sight>();
  #history: Promise<PushHistory> | undefined;
  #sign: Promise<ProcessSign> | undefined;
  #lastAt = 0;
  #past: readonly PushRecord[] = [];
  #watch: Promise<Disposable | undefined> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looks = 0;
  /** The ids of those that run in other windows. */
  #awaited = '';

  constructor(parts: PushesModelParts) {
    this.#parts = parts;
  }

  /** Those that run, then those that wait, each newest first. */
  get live(): readonly LivePush[] {
    const all = [...this.#live.values()].reverse();
    return [...all.filter(({ phase }) => phase !== 'queued'), ...all.filter(({ phase }) => phase === 'queued')];
  }

  /** Those that have ended, and those of other windows that run, newest first: as they were loaded last. */
  get past(): readonly PushRecord[] {
    return this.#past.filter(({ id }) => !this.#live.has(id));
  }

  /** What registries were last seen to hold, by target. */
  get seen(): Seen {
    return this.#seen;
  }

  /** Somebody looked what a target holds. */
  see(target: string, digest: string | undefined): void {
    this.#seen.set(target, { digest, at: Date.now() });
    this.#changed();
  }

  /** Follows what other windows do, as long as somebody looks. */
  look(wanted: boolean): void {
    if (wanted === (this.#watch !== undefined)) return;
    if (wanted) {
      this.#watch = this.history().then((history) => history.watch(() => void this.refresh()));
    } else {
      void this.#watch?.then((watch) => watch?.dispose());
      this.#watch = undefined;
    }
  }

  /** @param listener told the push that went on, or nothing where others are there than before */
  onChange(listener: (push?: LivePush) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  find(id: string): LivePush | PushRecord | undefined {
    return this.#live.get(id) ?? this.#past.find((record) => record.id === id);
  }

  /** All that are kept, newest first. What was cut off is asked about, which changes it a little later. */
  async load(): Promise<readonly PushRecord[]> {
    const history = await this.history();
    this.#past = await history.all();
    const open = this.past.filter(({ result }) => result === undefined);
    const others = open.filter(({ id }) => !this.#begun.has(id));
    const alive = await Promise.all(others.map((record) => this.#isOthers(record)));
    for (const record of others.filter((_, index) => !alive[index])) void this.#concludeCut(record);
    this.#lookAgain(others.filter((_, index) => alive[index]).map(({ id }) => id));
    return this.#past;
  }

  /** Loads, and shows what is new. */
  async refresh(): Promise<void> {
    await this.load();
    this.#changed();
  }

  async clear(): Promise<void> {
    await (await this.history()).clear();
    await this.refresh();
  }

  begin({ overwrite, platform, ...push }: NewPush): PushTeller {
    const { log } = this.#parts;
    const lines: string[] = [];
    // Each has its own, so that all windows agree on which was asked for first.
    const at = (this.#lastAt = Math.max(Date.now(), this.#lastAt + 1));
    const live: Mutable<LivePush> = { ...push, at, phase: 'queued', log: lines, layers: () => [] };
    this.#live.set(push.id, live);
    this.#begun.add(push.id);
    this.#changed();
    const record: Mutable<PushRecord> = {
      id: push.id,
      at: live.at,
      image: { name: push.image },
      target: push.target,
      ...(platform !== undefined && { platform }),
      ...(overwrite && { overwrite }),
      phase: 'waits',
      pid: this.#parts.sign?.pid ?? process.pid,
      log: lines,
    };
    let written = Promise.resolve();
    // One after the other: the end must not be overtaken by what was before.
    const write = (): Promise<void> => {
      const state = { ...record };
      written = written.then(async () => (await this.history()).write({ ...state, ...(await this.#ownSign()) }));
      return written;
    };
    // From now on another window can tell what became of it, if this one goes.
    void write();
    const kept = keeping(prefixed(log, `${push.id} `), lines);
    const turn = this.#turn(live, {
      mark: (phase) => {
        record.phase = phase;
        return write();
      },
      onWait: () => {
        kept.info(`waits: another window pushes to ${push.target}`);
        live.waitsFor = 'another window';
        this.#changed();
      },
    });
    return {
      ...{ log: kept, turn },
      started: () => {
        live.phase = 'running';
        this.#changed();
      },
      cancelling: () => {
        live.phase = 'cancelling';
        this.#changed();
      },
      planned: ({ id, targetDigest, targetIsIndex, configDigest }, account, registryIs) => {
        record.image = {
          ...{ name: push.image, id },
          ...(targetDigest !== undefined && { targetDigest }),
          ...(configDigest !== undefined && { configDigest }),
          ...(targetIsIndex && { targetIsIndex }),
        };
        if (account !== undefined) record.account = account;
        record.registryIs = registryIs;
        void write();
      },
      overridden: (reason) => {
        record.override = redacted(reason);
        void write();
      },
      progressed: (progress, layers) => {
        live.progress = progress;
        live.layers = layers;
        this.#changed(live);
      },
      ended: async (result) => {
        record.result = redactedResult(result);
        record.endedAt = Date.now();
        if (result.outcome === 'pushed') this.#seen.set(push.target, { digest: result.digest, at: Date.now() });
        await write();
        this.#live.delete(push.id);
        await this.refresh();
      },
    };
  }

  dispose(): void {
    this.look(false);
    clearTimeout(this.#timer);
  }

  history(): Promise<PushHistory> {
    return (this.#history ??= this.#parts.history());
  }

  /** Loads what it needs when it is first asked. */
  #turn(push: LivePush, how: { mark: (phase: PushPhase) => Promise<void>; onWait: () => void }): Gate {
    let opened: Promise<Gate> | undefined;
    const open = (): Promise<Gate> =>
      (opened ??= Promise.all([import('../push/index.ts'), this.history()]).then(
        ([{ TargetTurn }, history]) =>
          new TargetTurn(push, { ...{ history, ...how }, isOthers: (record) => this.#isOthers(record) }),
      ));
    return {
      enter: async () => (await open()).enter(),
      opened: async (signal) => (await open()).opened(signal),
    };
  }

  /** Whether another window has a push that has not ended, and is there itself. */
  async #isOthers(record: PushRecord): Promise<boolean> {
    if (this.#begun.has(record.id)) return false;
    const { isAlive } = await import('../push/index.ts');
    // What this process has begun and does not know is of an earlier one with its number.
    return record.pid !== (await this.#ownSign()).pid && isAlive(record);
  }

  #ownSign(): Promise<ProcessSign> {
    const { sign } = this.#parts;
    return (this.#sign ??= sign
      ? Promise.resolve(sign)
      : import('../push/index.ts').then(({ signOf }) => signOf(process.pid)));
  }

  #changed(push?: LivePush): void {
    for (const listener of this.#listeners) listener(push);
  }

  async #concludeCut(record: PushRecord): Promise<void> {
    if (this.#concluding.has(record.id)) return;
    this.#concluding.add(record.id);
    try {
      const result = await this.#parts.conclude(record);
      const history = await this.history();
      // The window that was closing may have found out for itself meanwhile.
      const now = (await history.all()).find(({ id }) => id === record.id);
      if (!now || now.result) return;
      await history.write({ ...record, result: redactedResult(result), endedAt: Date.now() });
      this.#parts.log.info(`${record.id} was cut off: ${result.outcome}`);
      await this.refresh();
    } catch (error) {
      this.#parts.log.warn(`What became of ${record.id} is not known: ${messageOf(error)}`);
    } finally {
      this.#concluding.delete(record.id);
    }
  }

  /** The window that runs it may be one that is just closing; one that stays tells by its file. */
  #lookAgain(running: readonly string[]): void {
    const awaited = running.join();
    if (awaited !== this.#awaited) this.#looks = 0;
    this.#awaited = awaited;
    const after = closing[this.#looks];
    if (awaited === '' || after === undefined || this.#timer) return;
    this.#looks += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.refresh();
    }, after);
  }
}

/** An engine may quote an address with what lets one in. */
function redactedResult(result: PushResult): PushResult {
  const warnings = result.warnings.map((warning) => redacted(warning));
  if (result.outcome === 'pushed' || result.outcome === 'cancelled') return { ...result, warnings };
  return { ...result, warnings, error: { ...result.error, message: redacted(result.error.message) } };
}

function keeping(log: Log, lines: string[]): Log {
  const keep = (level: keyof Log) => (message: string) => {
    log[level](message);
    if (level === 'trace' || level === 'debug') return;
    // It goes to the disk.
    lines.push(`${new Date().toISOString()} [${level}] ${redacted(message)}`);
    if (lines.length > logLines) lines.splice(1, lines.length - logLines);
  };
  return { trace: keep('trace'), debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}
