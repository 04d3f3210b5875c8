import type { TagOutlook } from '../../push/index.ts';
import type { TaggedReference } from '../../reference/index.ts';

/**
 * What a push to a target would do there, in a few words: `new tag · 3 of 7 layers already there`. Never rejects; empty
 * where it is not known.
 */
export type WouldDo = (target: TaggedReference, signal: AbortSignal) => Promise<string>;

/** What a push to a target would do to its tag, to be counted. Never rejects; undefined where it is not known. */
export type FindTag = (target: TaggedReference, signal: AbortSignal) => Promise<TagOutlook | undefined>;
