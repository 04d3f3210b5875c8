import { CancelledError } from '../base/index.ts';

interface Waiting {
  readonly places: readonly string[];
  /** In the order in which they came. */
  readonly number: number;
  isReady: boolean;
  readonly start: () => void;
}

/** What may hold up a work from outside. */
export interface Gate {
  /** Whether the work may begin now. */
  enter(): Promise<boolean>;
  /**
   * Resolves when it is worth trying again.
   *
   * @throws CancelledError when the signal aborts before
   */
  opened(signal: AbortSignal): Promise<void>;
}

/**
 * Waits for a person's yes, and lets others go on meanwhile. After a no, which is false or nothing, or when what is waited
 * for rejects, the work has only to end: it waits for no turn.
 */
export type Rest = <T>(ask: () => Promise<T>) => Promise<T>;

export interface QueueOptions {
  /** Asked when its turn has come; while it is shut, others go on. */
  readonly gate?: Gate;
  /** Resolves when it could begin, and never rejects. Until then it keeps who came later from its places. */
  readonly ready?: Promise<unknown> | undefined;
}

/** What is done when the turn has come. */
export type Work<T> = (rest: Rest, hasWaited: boolean) => Promise<T>;

/** Lets a few at a time go on, in the order in which they came, and at each place one at a time. */
export class PushQueue {
  readonly #limit: () => number;
  /** By place, the number of the one that has it: it works, or something outside holds it up. */
  readonly #busy = new Map<string, number>();
  #working = 0;
  #came = 0;
  #waiting: readonly Waiting[] = [];

  /** @param limit how many at a time; asked whenever one could begin */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /**
   * Does the work when its turn has come.
   *
   * @param places what no two may work on at a time
   * @param work told whether others were before it, or it had to wait once it was ready
   * @throws CancelledError when the signal aborts before, and what the work rejects with
   */
  async run<T>(
    places: readonly string[],
    signal: AbortSignal,
    work: Work<T>,
    { gate, ready }: QueueOptions = {},
  ): Promise<T> {
    const number = ++this.#came;
    let isWorking = false;
    let hasWaited = false;
    const begin = async (until?: Promise<unknown>): Promise<void> => {
      if (await this.#turn({ places, number }, signal, until)) hasWaited = true;
      isWorking = true;
    };
    const pause = (): void => {
      if (isWorking) this.#working -= 1;
      isWorking = false;
      this.#next();
    };
    // Its places stay its own meanwhile: who came later for one must not pass.
    const rest: Rest = async (ask) => {
      pause();
      const answer = await ask();
      // Who is cancelled has only to end, too.
      if (answer) await begin().catch(() => undefined);
      return answer;
    };
    await begin(ready);
    try {
      while (gate && !(await gate.enter())) {
        hasWaited = true;
        await rest(() => gate.opened(signal).then(() => true));
      }
      if (signal.aborted) throw new CancelledError();
      return await work(rest, hasWaited);
    } finally {
      for (const place of places) this.#busy.delete(place);
      pause();
    }
  }

  /** Whether it had to wait. */
  #turn(
    { places, number }: Pick<Waiting, 'places' | 'number'>,
    signal: AbortSignal,
    ready?: Promise<unknown>,
  ): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new CancelledError());
        return;
      }
      let waits = places.some((place) => (this.#busy.get(place) ?? number) !== number || this.#isWanted(place, number));
      const one: Waiting = {
        ...{ places, number, isReady: !ready },
        start: () => {
          signal.removeEventListener('abort', leave);
          for (const place of places) this.#busy.set(place, number);
          this.#working += 1;
          resolve(waits);
        },
      };
      const leave = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== one);
        reject(new CancelledError());
        // It kept others from its places.
        this.#next();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting = [...this.#waiting, one].sort((a, b) => a.number - b.number);
      const enter = (): void => {
        one.isReady = true;
        this.#next();
        waits = true;
      };
      if (ready) void ready.then(enter);
      else enter();
    });
  }

  /** Whether somebody waits for this place who came before. */
  #isWanted(place: string, number: number): boolean {
    return this.#waiting.some((other) => other.number < number && other.places.includes(place));
  }

  /** Nobody passes who came before and wants one of the same places: what is asked for last is there last. */
  #next(): void {
    const wanted = new Set<string>();
    for (const one of this.#waiting) {
      if (this.#working >= this.#limit()) return;
      const { isReady, number, places } = one;
      const isFree = places.every((place) => {
        const owner = this.#busy.get(place);
        return owner === number || (owner === undefined && !wanted.has(place));
      });
      for (const place of places) wanted.add(place);
      if (!isReady || !isFree) continue;
      this.#waiting = this.#waiting.filter((other) => other !== one);
      one.start();
    }
  }
}
