import type { PushStreamEvent, WarningEvent } from '../engine/index.ts';

/**
 * What the engine's answer amounts to. `proof` is the engine's claim and no more: Podman claims a push to a web server
 * that answers 200 to everything. `cut` means neither claim nor error: only the registry knows.
 */
export type PushConclusion =
  | {
      readonly kind: 'proof';
      readonly digest: string;
      readonly size?: number;
      readonly warnings: readonly WarningEvent[];
    }
  | { readonly kind: 'error'; readonly message: string; readonly code?: number }
  | { readonly kind: 'cut' };

/** Folds the events of one push into its conclusion, as they come: an error counts wherever it stands. */
export class PushWitness {
  readonly #tag: string | undefined;
  readonly #warnings: WarningEvent[] = [];
  #claim: { digest: string; size?: number } | undefined;
  #error: { message: string; code?: number } | undefined;

  /** @param tag the tag that was pushed: a claim for another one proves nothing. Without it the last claim counts. */
  constructor(tag?: string) {
    this.#tag = tag;
  }

  add(event: PushStreamEvent): void {
    if (event.type === 'warning') this.#warnings.push(event);
    else if (event.type === 'error') {
      const { message, code } = event;
      this.#error ??= { message, ...(code !== undefined && { code }) };
    } else if (event.type === 'digest' && (this.#tag === undefined || event.tag === this.#tag)) {
      const { digest, size } = event;
      this.#claim = { digest, ...(size !== undefined && { size }) };
    }
  }

  conclusion(): PushConclusion {
    if (this.#error) return { kind: 'error', ...this.#error };
    return this.#claim ? { kind: 'proof', ...this.#claim, warnings: [...this.#warnings] } : { kind: 'cut' };
  }
}
