import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks again and again until the answer is there, and returns it. For what no event tells.
 *
 * @throws Error that names what was waited for, with the last error, once patience (milliseconds) is at its end
 */
export async function until<T>(what: string, ask: () => T | Promise<T>, patience = 30_000): Promise<NonNullable<T>> {
  const deadline = performance.now() + patience;
  for (;;) {
    let cause: unknown;
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) throw new Error(`In vain waited until ${what}.`, { cause });
    await wait(50);
  }
}
