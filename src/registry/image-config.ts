import * as v from 'valibot';
import { isDigest, type Platform, platform } from './manifest.ts';

/** What an image is made of and how it runs (https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md). */
export interface ImageConfig {
  /** Absent where the builder did not say. */
  readonly created?: Date;
  readonly platform?: Platform;
  /** The digests of the layers' uncompressed bytes, the lowest first. */
  readonly diffIds: readonly string[];
  readonly history: readonly HistoryEntry[];
  /** Name or number, with the group if there is one; empty for the base's, which is root. */
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As `8080/tcp`. */
  readonly exposedPorts: readonly string[];
  /** As `NAME=value`. */
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
}

export interface HistoryEntry {
  /** The instruction; empty where the builder did not say. */
  readonly createdBy: string;
  /** Whether it made no layer. */
  readonly emptyLayer: boolean;
}

// The specification makes nearly all of it optional, and Go writes null for what is empty.
const text = v.fallback(v.string(), '');
const texts = v.fallback(v.array(v.string()), []);
const digest = v.pipe(v.string(), v.check(isDigest, 'not a digest'));
const run = v.object({
  User: text,
  Labels: v.fallback(v.record(v.string(), v.string()), {}),
  ExposedPorts: v.fallback(v.record(v.string(), v.unknown()), {}),
  Env: texts,
  Entrypoint: texts,
});
const entry = v.object({ created_by: text, empty_layer: v.fallback(v.boolean(), false) });
const body = v.object({
  created: text,
  config: v.fallback(run, { User: '', Labels: {}, ExposedPorts: {}, Env: [], Entrypoint: [] }),
  // A layer that cannot be read would put each later one under a wrong instruction.
  rootfs: v.nullish(v.object({ diff_ids: v.nullish(v.array(digest)) })),
  history: v.nullish(v.array(entry)),
});

/** Reads a configuration; undefined if it is none. That of an artifact which is no image says nothing, and is one. */
export function readImageConfig(json: unknown): ImageConfig | undefined {
  const result = v.safeParse(body, json);
  if (!result.success) return undefined;
  const { created, config, rootfs, history } = result.output;
  const date = new Date(created);
  const machine = v.safeParse(platform, json);
  return {
    // Go's zero is the year 1.
    ...(date.getUTCFullYear() > 1 && { created: date }),
    ...(machine.success && { platform: machine.output }),
    diffIds: rootfs?.diff_ids ?? [],
    history: (history ?? []).map(({ created_by, empty_layer }) => ({ createdBy: created_by, emptyLayer: empty_layer })),
    user: config.User,
    labels: config.Labels,
    exposedPorts: Object.keys(config.ExposedPorts),
    env: config.Env,
    entrypoint: config.Entrypoint,
  };
}
