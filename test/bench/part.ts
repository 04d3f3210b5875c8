import type { Figure } from './figure.ts';

/** What a part finds ready. */
export interface Bench {
  /** The packaged extension. */
  readonly vsix: string;
  /** The folder of the bundles that are in it. */
  readonly dist: string;
  /** Says what is being done. */
  readonly say: (text: string) => void;
}

/** One of the things that can be measured alone. */
export interface Part {
  readonly name: string;
  /** How it is measured, for the document. */
  readonly methods: readonly string[];
  readonly measure: (bench: Bench) => Promise<Measured>;
}

export interface Measured {
  readonly figures: readonly Figure[];
  /** What took part, with its version: `Docker (classic store)` → `20.10`. */
  readonly versions?: Record<string, string>;
  /** Said in the document behind the part's methods. */
  readonly notes?: readonly string[];
}
