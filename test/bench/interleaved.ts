import type { Samples } from './figure.ts';

/** How often each side of a comparison is run. */
export const runs = 7;

/**
 * Runs ours, the reference, ours, the reference and so on, after one pair that is not counted: what both find in the
 * machine's caches from then on is the same.
 *
 * @param ours answers what it cost
 */
export async function interleaved(
  ours: (run: number) => Promise<number>,
  reference: (run: number) => Promise<number>,
): Promise<Samples> {
  const samples = { ours: [] as number[], reference: [] as number[] };
  for (let run = 0; run <= runs; run++) {
    const pair = { ours: await ours(run), reference: await reference(run) };
    if (run === 0) continue;
    samples.ours.push(pair.ours);
    samples.reference.push(pair.reference);
  }
  return samples;
}

/** How long something takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
