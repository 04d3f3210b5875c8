/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next part begins, for the one that gave this; absent where there is none. */
  readonly next?: string;
}

/** Which part of a list is wanted. */
export interface PageQuery {
  /** The `next` of the page before; the beginning when absent. */
  readonly after?: string | undefined;
  /** How many at most; as the registry likes when absent. */
  readonly limit?: number | undefined;
}
