import type { PushProgress, PushResult } from '../push/index.ts';

/** Of several targets, some of them at a time, one progress: its percentage never goes back. */
export class CommonProgress {
  readonly #report: (progress: PushProgress) => void;
  readonly #all: (PushProgress | undefined)[];
  #percent = 0;

  constructor(count: number, report: (progress: PushProgress) => void) {
    this.#report = report;
    this.#all = Array.from({ length: count }, () => undefined);
  }

  /** @param index of the target */
  report(index: number, progress: PushProgress): void {
    this.#all[index] = progress;
    this.#report(this.#all.length === 1 ? progress : this.#sum());
  }

  end(index: number, { layers }: PushResult): void {
    if (this.#all.length === 1) return;
    const done = layers && { total: layers.total, done: layers.total, reused: layers.reused };
    const { bytes } = this.#all[index] ?? {};
    this.#all[index] = { phase: 'confirming', percent: 100, ...(done && { layers: done }), ...(bytes && { bytes }) };
    this.#report(this.#sum());
  }

  #sum(): PushProgress {
    const known = this.#all.filter((one) => one !== undefined);
    const layers = known.flatMap((one) => one.layers ?? []);
    const bytes = known.flatMap((one) => one.bytes ?? []);
    const rates = known.flatMap((one) => (one.phase === 'sending' ? (one.bytesPerSecond ?? []) : []));
    const retries = known.flatMap((one) => one.retryInSeconds ?? []);
    const percent = Math.floor(sum(known.map((one) => one.percent ?? 0)) / this.#all.length);
    this.#percent = Math.max(this.#percent, Math.min(99, percent));
    // Those that wait, or of which not every layer's size is known, leave the whole open.
    const totals = bytes.flatMap(({ total }) => total ?? []);
    const isWhole = totals.length === this.#all.length;
    return {
      phase:
        known.some((one) => one.phase !== 'confirming') || known.length < this.#all.length ? 'sending' : 'confirming',
      percent: this.#percent,
      ...(layers.length > 0 && {
        layers: {
          total: sum(layers.map(({ total }) => total)),
          done: sum(layers.map(({ done }) => done)),
          reused: sum(layers.map(({ reused }) => reused)),
        },
      }),
      ...(bytes.length > 0 && {
        bytes: { sent: sum(bytes.map(({ sent }) => sent)), ...(isWhole && { total: sum(totals) }) },
      }),
      ...(rates.length > 0 && { bytesPerSecond: sum(rates) }),
      ...(retries.length > 0 && { retryInSeconds: Math.min(...retries) }),
    };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
