import type { MachineSignInId } from './machine-sign-in.ts';

/** That somebody signed in to a registry, and who. Not secret itself. */
export interface KeyRecord {
  /** `host[:port][/namespace]`, canonical. */
  readonly key: string;
  readonly account?: string;
  /** The sign-in of this machine that serves there: then there is no secret. */
  readonly machine?: MachineSignInId;
}

/**
 * Knows which secrets there are, as a vault need not be able to tell. One record a key: what one window writes, another
 * one's writing does not undo.
 */
export interface KeyIndex {
  all(): Promise<readonly KeyRecord[]>;
  /** Adds a record, or takes it in place of the one with the same key. */
  put(record: KeyRecord): Promise<void>;
  /** There need be none. */
  delete(key: string): Promise<void>;
}
