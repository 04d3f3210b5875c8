/** What one thing cost in each of several interleaved runs, beside what it is compared with. */
export interface Samples {
  readonly ours: readonly number[];
  /** As many; the run at the same place was made just after ours. */
  readonly reference: readonly number[];
}

/** Ours may cost this many times the reference, and so much more, in the figure's unit. */
export interface Budget {
  readonly factor: number;
  readonly plus: number;
}

/** One line of docs/performance.md. */
export interface Figure {
  readonly what: string;
  readonly against: string;
  readonly unit: 'ms' | 'MB';
  readonly samples: Samples;
  /** Absent where the figure is only told. */
  readonly budget?: Budget;
}

/** What is said of a figure. Compared is run by run, so that both sides of each comparison met the same machine. */
export interface Summary {
  readonly ours: number;
  readonly reference: number;
  /** The median of what ours cost more. */
  readonly difference: number;
  /** The median of how many times the reference ours cost; undefined where a reference is 0. */
  readonly ratio: number | undefined;
  /** By how much the median of the runs stays below the budget, in the figure's unit; undefined without a budget. */
  readonly room: number | undefined;
}

/** @throws Error when there is no value */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('There is no median of nothing.');
  return (low + high) / 2;
}

/** @throws Error when the two sides have not been run equally often, or never */
export function summary({ what, samples: { ours, reference }, budget }: Figure): Summary {
  if (ours.length !== reference.length) throw new Error(`${what}: a run of ours has no reference, or the other way.`);
  const pairs = ours.map((value, index) => ({ ours: value, reference: reference[index]! }));
  return {
    ours: median(ours),
    reference: median(reference),
    difference: median(pairs.map((pair) => pair.ours - pair.reference)),
    ratio: reference.includes(0) ? undefined : median(pairs.map((pair) => pair.ours / pair.reference)),
    room: budget && budget.plus - median(pairs.map((pair) => pair.ours - budget.factor * pair.reference)),
  };
}

/** Whether a figure keeps its budget; one without a budget always does. */
export function holds(figure: Figure): boolean {
  const { room } = summary(figure);
  return room === undefined || room >= 0;
}
