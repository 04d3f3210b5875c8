/** A JSON object from outside. Its fields are read through the functions below, never by a dot. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object; undefined for null, arrays and everything else. */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The object's own field: a name such as `constructor` finds nothing that JSON did not bring. */
export function fieldOf(object: JsonObject | undefined, name: string): unknown {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The object's own field under this name in any case: engines differ in how they write the keys of `aux`. */
export function anyCaseFieldOf(object: JsonObject | undefined, name: string): unknown {
  const lower = name.toLowerCase();
  const key = Object.keys(object ?? {}).find((candidate) => candidate.toLowerCase() === lower);
  return key === undefined ? undefined : fieldOf(object, key);
}

/** The value if it is text and not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value if it is a count: finite and not negative. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
