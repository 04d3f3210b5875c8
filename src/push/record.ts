import * as v from 'valibot';
import { parseTarget, formatReference } from '../reference/index.ts';
import type { Overwrite, PushResult } from './request.ts';

/** What tells an image from another: as much as the engine said. */
export interface RecordedImage {
  /** As it was chosen: a local reference, or the image's ID. */
  readonly name: string;
  /** Absent where the push ended before the engine was asked. */
  readonly id?: string;
  /** As in ImageDetails: by these a registry is asked whether it has the image. */
  readonly targetDigest?: string;
  readonly configDigest?: string;
  readonly targetIsIndex?: true;
}

/** Where a push is that has not ended. One that waits sends nothing. */
export type PushPhase = 'waits' | 'runs';

/** One push, as it is kept. There is no secret in it. */
export interface PushRecord {
  readonly id: string;
  /** When it was asked for, in milliseconds since 1970. */
  readonly at: number;
  readonly image: RecordedImage;
  /** Canonical. */
  readonly target: string;
  readonly platform?: string;
  /** As the request said; absent where it said nothing. */
  readonly overwrite?: Overwrite;
  /** Who pushed and from which source, in words. */
  readonly account?: string;
  /** Why it was pushed although a check would have stopped it, in the person's words. */
  readonly override?: string;
  /** Absent as long as it runs, or where it was cut off. */
  readonly result?: PushResult;
  /** When the result was known, in milliseconds since 1970; absent where an earlier version wrote it. */
  readonly endedAt?: number;
  /** Absent where an earlier version wrote it. */
  readonly phase?: PushPhase;
  /**
   * Whether the registry's name means the same machine here as it does to the engine, so that it can be asked from here;
   * absent as long as no engine was asked, and where an earlier version wrote it.
   */
  readonly registryIs?: 'here' | 'elsewhere';
  /** The process that runs it. */
  readonly pid: number;
  /** When that started, as in ProcessSign; absent where the system does not tell, or an earlier version wrote it. */
  readonly started?: string;
  /** What the log says of it, the last lines. */
  readonly log: readonly string[];
}

/** A push that reached its registry. */
export type PushedRecord = PushRecord & { readonly result: Extract<PushResult, { outcome: 'pushed' }> };

const text = v.pipe(v.string(), v.maxLength(4_096));
const count = v.pipe(v.number(), v.minValue(0));
const error = v.object({
  code: text,
  message: text,
  side: v.picklist(['engine', 'registry', 'credentials', 'reference', 'policy']),
});
const facts = {
  id: text,
  target: text,
  durationMs: count,
  layers: v.exactOptional(v.object({ total: count, sent: count, reused: count })),
  bytes: v.exactOptional(
    v.object({ sent: count, reused: v.exactOptional(count), unit: v.picklist(['compressed', 'uncompressed']) }),
  ),
  warnings: v.array(text),
};
const result = v.variant('outcome', [
  v.object({
    ...facts,
    outcome: v.literal('pushed'),
    digest: text,
    verification: v.picklist(['confirmed', 'unavailable']),
  }),
  v.object({ ...facts, outcome: v.literal('failed'), error }),
  v.object({ ...facts, outcome: v.literal('cancelled') }),
  v.object({
    ...facts,
    outcome: v.literal('unknown'),
    error,
    engineDigest: v.exactOptional(text),
    registryDigest: v.exactOptional(text),
  }),
]);
const record = v.object({
  id: text,
  at: count,
  image: v.object({
    name: text,
    id: v.exactOptional(text),
    targetDigest: v.exactOptional(text),
    configDigest: v.exactOptional(text),
    targetIsIndex: v.exactOptional(v.literal(true)),
  }),
  target: v.pipe(text, v.check(isCanonicalTarget, 'not a canonical reference')),
  platform: v.exactOptional(text),
  overwrite: v.exactOptional(v.picklist(['ask', 'allow', 'refuse'])),
  account: v.exactOptional(text),
  override: v.exactOptional(text),
  result: v.exactOptional(result),
  endedAt: v.exactOptional(count),
  phase: v.exactOptional(v.picklist(['waits', 'runs'])),
  registryIs: v.exactOptional(v.picklist(['here', 'elsewhere'])),
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  started: v.exactOptional(v.pipe(v.string(), v.regex(/^\d{1,20}$/u))),
  log: v.array(text),
});

/** Reads a record as it was kept; undefined for what is none, or of another version. */
export function readRecord(json: unknown): PushRecord | undefined {
  const read = v.safeParse(record, json);
  return read.success ? read.output : undefined;
}

export function isPushed(record: PushRecord): record is PushedRecord {
  return record.result?.outcome === 'pushed';
}

function isCanonicalTarget(target: string): boolean {
  try {
    return formatReference(parseTarget(target)) === target;
  } catch {
    return false;
  }
}
