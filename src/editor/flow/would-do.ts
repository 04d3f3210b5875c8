import type { TaggedReference } from '../../reference/index.ts';

/**
 * What a push to a target would do there, in a few words: `new tag`, `same image`, `replaces sha256:…`. Never rejects;
 * empty where it is not known.
 */
export type WouldDo = (target: TaggedReference, signal: AbortSignal) => Promise<string>;
