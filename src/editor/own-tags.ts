import type { Clock } from '../base/index.ts';

/** An engine tells at once; what it has not told by then, nobody listened to. */
const patienceMs = 30_000;

interface Expectation {
  /** By the clock, in milliseconds. */
  readonly until: number;
}

/**
 * The names that this extension itself gave to images. The engine tells of each as of any other tag, and a tag of ours is
 * no sign that something was built.
 */
export class OwnTags {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #expected = new Map<string, readonly Expectation[]>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /**
   * A canonical reference that is about to be tagged: one event for it, if it comes within 30 s, will be ours.
   *
   * @returns withdraws it, when the tagging failed
   */
  expect(reference: string): () => void {
    const one: Expectation = { until: this.#clock.now() + patienceMs };
    this.#set(reference, [...this.#live(reference), one]);
    return () =>
      this.#set(
        reference,
        this.#live(reference).filter((other) => other !== one),
      );
  }

  /** Whether the event that came for this reference was one of ours. */
  take(reference: string): boolean {
    const live = this.#live(reference);
    this.#set(reference, live.slice(1));
    return live.length > 0;
  }

  #live(reference: string): readonly Expectation[] {
    const now = this.#clock.now();
    return (this.#expected.get(reference) ?? []).filter(({ until }) => now < until);
  }

  #set(reference: string, expected: readonly Expectation[]): void {
    if (expected.length > 0) this.#expected.set(reference, expected);
    else this.#expected.delete(reference);
  }
}
