import type { TaggedReference } from '../../reference/index.ts';

/**
 * What a push to a target would do there, in a few words: `new tag · 3 of 7 layers already there`. Never rejects; empty
 * where it is not known.
 */
export type WouldDo = (target: TaggedReference, signal: AbortSignal) => Promise<string>;
