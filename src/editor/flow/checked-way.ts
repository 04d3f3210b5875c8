import { CancelledError, messageOf } from '../../base/index.ts';
import type { SignInJudgement } from './sign-in-flow.ts';
import type { WayEnd } from './sign-in-choice.ts';
import { showBusy, type StepFrame } from './step.ts';

/** What is checked with the registry, and kept then. */
export interface Checked {
  /** What tells one choice from another: a key, or whose sign-in it is. */
  readonly what: string;
  readonly judge: (signal: AbortSignal) => Promise<SignInJudgement>;
  readonly keep: () => Promise<void>;
}

/**
 * Shows that something goes on while a credential is made, checked with the registry and kept. With a registry that does
 * not answer the user decides: who chooses the same again keeps it unchecked. Make one for each time that a choice is
 * shown.
 */
export class CheckedWay {
  #doubted: string | undefined;

  /** Never rejects. */
  async take(frame: StepFrame, words: string, make: (signal: AbortSignal) => Promise<Checked>): Promise<WayEnd> {
    const end = await showBusy(frame, words, (left) =>
      endOf(async () => {
        const { what, judge, keep } = await make(left);
        const judgement = await judge(left);
        // Who left meanwhile does not want to be signed in.
        if (left.aborted) throw new CancelledError();
        if (judgement.status === 'refused') return { kind: 'failed', message: judgement.message };
        if (judgement.status === 'unreachable' && this.#doubted !== what) {
          this.#doubted = what;
          return { kind: 'failed', message: `${judgement.error.message} Choose it again to keep it unchecked.` };
        }
        await keep();
        return { kind: 'next', value: judgement.status === 'accepted' ? 'accepted' : 'unchecked' };
      }),
    );
    return end.kind === 'next' ? end.value : end;
  }
}

/** Who declined a question is back at the choice. */
export async function endOf(work: () => Promise<WayEnd>): Promise<WayEnd> {
  try {
    return await work();
  } catch (error) {
    return error instanceof CancelledError ? { kind: 'back' } : { kind: 'failed', message: messageOf(error) };
  }
}
