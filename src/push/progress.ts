import type { Clock } from '../base/index.ts';
import type { PushStreamEvent } from '../engine/index.ts';
import type { PushFacts } from './request.ts';

/** How far a push is. What the engine does not say is absent. */
export interface PushProgress {
  readonly phase: 'starting' | 'sending' | 'confirming';
  /** 0 to 99, never less than before; the end is told by the result. */
  readonly percent?: number;
  readonly layers?: { readonly total: number; readonly done: number; readonly reused: number };
  /** Bytes sent so far, and of how many once every layer's size is known. */
  readonly bytes?: { readonly sent: number; readonly total?: number };
  /** Over the last seconds. */
  readonly bytesPerSecond?: number;
  /** The engine waits this long before it tries a layer again. */
  readonly retryInSeconds?: number;
}

/** One layer of a push that runs, as the engine tells it. */
export interface LayerRow {
  /** The engine's short id. */
  readonly id: string;
  readonly state: 'waiting' | 'sending' | 'retrying' | 'sent' | 'reused' | 'skipped';
  /** Bytes sent and in all, in the engine's unit, where it says them. */
  readonly sentBytes?: number;
  readonly totalBytes?: number;
}

type LayerEvent = Extract<PushStreamEvent, { type: 'layer' }>;
type Row = {
  state: LayerEvent['state'];
  current: number;
  total: number | undefined;
  retryInSeconds: number | undefined;
};

const rateWindowMs = 4_000;
const ended = new Set<LayerEvent['state']>(['pushed', 'exists', 'mounted', 'skipped', 'unavailable']);
const reused = new Set<LayerEvent['state']>(['exists', 'mounted']);

const stateWords: Record<LayerEvent['state'], LayerRow['state']> = {
  waiting: 'waiting',
  preparing: 'waiting',
  pushing: 'sending',
  retrying: 'retrying',
  pushed: 'sent',
  exists: 'reused',
  mounted: 'reused',
  skipped: 'skipped',
  unavailable: 'skipped',
};

/** What is known of the layers before the engine tells of them. It keeps the percentage honest from the first line on. */
export interface ExpectedLayers {
  /** How many rows there will be: the engine tells of some layers only when others are done. */
  readonly rows?: number;
  /** The sum of all in the unit that the engine reports: the size of the image, on the classic store. */
  readonly bytes?: number;
}

/** Folds the events of one push stream into its progress and, at the end, into the facts of its result. */
export class ProgressTracker {
  readonly #rows = new Map<string, Row>();
  readonly #clock: Clock;
  readonly #expected: ExpectedLayers;
  #samples: { at: number; sent: number }[] = [];
  #percent: number | undefined;
  #confirming = false;

  constructor(clock: Clock, expected: ExpectedLayers = {}) {
    this.#clock = clock;
    this.#expected = expected;
  }

  /** Takes the next event; answers whether the progress may have changed. */
  apply(event: PushStreamEvent): boolean {
    if (event.type === 'digest') {
      this.#confirming = true;
      return true;
    }
    if (event.type !== 'layer') return false;
    const row = this.#rows.get(event.id) ?? {
      state: event.state,
      current: 0,
      total: undefined,
      retryInSeconds: undefined,
    };
    row.state = event.state;
    row.retryInSeconds = event.retryInSeconds;
    // Between attempts the engine starts the layer again at zero.
    if (event.state === 'retrying') row.current = 0;
    if (event.state === 'pushing') {
      if (event.total !== undefined && event.total > 0) row.total = event.total;
      row.current = event.current ?? row.current;
    }
    this.#rows.set(event.id, row);
    this.#sample();
    return true;
  }

  progress(): PushProgress {
    const rows = [...this.#rows.values()];
    const phase = this.#confirming ? 'confirming' : rows.length > 0 ? 'sending' : 'starting';
    if (rows.length === 0) return { phase };
    const unseen = Math.max(0, (this.#expected.rows ?? 0) - rows.length);
    const waiting = unseen + rows.filter(({ state, total }) => !ended.has(state) && total === undefined).length;
    const known = sum(rows.filter(isSending).map(({ total }) => total ?? 0));
    const sent = this.#sent();
    const retry = rows.find(({ state }) => state === 'retrying')?.retryInSeconds;
    const rate = this.#bytesPerSecond();
    const estimate = this.#estimate(waiting, known, sent);
    if (estimate !== undefined) this.#percent = Math.max(this.#percent ?? 0, estimate);
    return {
      phase,
      ...(this.#percent !== undefined && { percent: this.#percent }),
      layers: {
        total: Math.max(rows.length, this.#expected.rows ?? 0),
        done: rows.filter(({ state }) => ended.has(state)).length,
        reused: rows.filter(({ state }) => reused.has(state)).length,
      },
      ...(sent > 0 && { bytes: { sent, ...(waiting === 0 && { total: known }) } }),
      ...(rate !== undefined && { bytesPerSecond: rate }),
      ...(retry !== undefined && { retryInSeconds: retry }),
    };
  }

  /** The layers that the engine told of so far, in its order. */
  layers(): readonly LayerRow[] {
    return [...this.#rows].map(([id, row]) => ({
      id,
      state: stateWords[row.state],
      ...(row.total !== undefined && { sentBytes: Math.round(row.total * fraction(row)), totalBytes: row.total }),
    }));
  }

  /** The facts for the result, in the unit in which this engine counts. */
  facts(unit: 'compressed' | 'uncompressed' | undefined): Pick<PushFacts, 'layers' | 'bytes'> {
    const rows = [...this.#rows.values()];
    if (rows.length === 0) return {};
    const sent = rows.filter(({ state }) => state === 'pushed');
    const layers = {
      total: rows.length,
      sent: sent.length,
      reused: rows.filter(({ state }) => reused.has(state)).length,
    };
    // A layer may be sent so fast that the engine never tells its size: then no sum can be given.
    if (unit === undefined || sent.some(({ total }) => total === undefined)) return { layers };
    return { layers, bytes: { sent: sum(sent.map(({ total }) => total ?? 0)), unit } };
  }

  /** Undefined where no size is known for some layer, nor for all together: then any number would be invented. */
  #estimate(waiting: number, known: number, sent: number): number | undefined {
    if (waiting === 0) return known === 0 ? 99 : portion(sent, known);
    const { bytes } = this.#expected;
    return bytes === undefined ? undefined : portion(sent, Math.max(known, bytes));
  }

  #sent(): number {
    return sum([...this.#rows.values()].filter(isSending).map((row) => (row.total ?? 0) * fraction(row)));
  }

  #sample(): void {
    const at = this.#clock.now();
    const last = this.#samples.at(-1);
    if (last && at - last.at < 100) return;
    this.#samples.push({ at, sent: this.#sent() });
    // One sample older than the window stays, so that the rate covers the whole of it.
    const first = this.#samples.findLastIndex((sample) => sample.at <= at - rateWindowMs);
    if (first > 0) this.#samples = this.#samples.slice(first);
  }

  #bytesPerSecond(): number | undefined {
    const first = this.#samples.at(0);
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < 500 || last.sent <= first.sent) return undefined;
    return ((last.sent - first.sent) / (last.at - first.at)) * 1_000;
  }
}

function isSending({ state }: Row): boolean {
  return state === 'pushing' || state === 'pushed' || state === 'retrying';
}

function fraction({ state, current, total }: Row): number {
  if (ended.has(state)) return 1;
  // The classic store counts whole tar blocks: `current` can exceed the layer's size.
  return total === undefined || total === 0 ? 0 : Math.min(current / total, 1);
}

function portion(part: number, whole: number): number {
  return Math.max(0, Math.min(99, Math.floor((part / whole) * 100)));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
