import * as v from 'valibot';
import { InspectionError } from './errors.ts';

/**
 * How an image runs and how it came about (https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md). Its texts
 * are the builder's: plain text where they are shown.
 */
export interface ImageConfig {
  /** The digests of the layers' uncompressed bytes, the lowest first. */
  readonly diffIds: readonly string[];
  readonly history: readonly HistoryStep[];
  /** Name or number, with the group if there is one; empty for root. */
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As `NAME=value`. */
  readonly env: readonly string[];
  readonly healthcheck: Healthcheck;
  /** With their protocol, as `8080/tcp`. */
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly entrypoint: readonly string[];
  /** The arguments of the entrypoint, or what is run without one. */
  readonly command: readonly string[];
  /** Empty for the root folder. */
  readonly workingFolder: string;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

/** `disabled`: said to be none, which an instruction does. */
export type Healthcheck = 'absent' | 'disabled' | 'present';

export interface HistoryStep {
  /** The instruction; empty where the builder did not say. */
  readonly createdBy: string;
  readonly madeLayer: boolean;
}

// The specification makes nearly all of it optional, and Go writes null for what is empty.
const text = v.fallback(v.string(), '');
const list = v.fallback(v.array(v.string()), []);
const names = v.fallback(v.record(v.string(), v.unknown()), {});
const run = v.object({
  User: text,
  Labels: v.fallback(v.record(v.string(), v.string()), {}),
  Env: list,
  ExposedPorts: names,
  Volumes: names,
  Entrypoint: list,
  Cmd: list,
  WorkingDir: text,
  Healthcheck: v.fallback(v.nullish(v.object({ Test: v.nullish(v.array(v.string())) })), null),
});
const schema = v.object({
  config: v.fallback(run, v.parse(run, {})),
  rootfs: v.object({ diff_ids: v.nullish(v.array(v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/u)))) }),
  history: v.nullish(v.array(v.object({ created_by: text, empty_layer: v.fallback(v.boolean(), false) }))),
  os: text,
  architecture: text,
});

/** @throws InspectionError `image-damaged` where it is none */
export function readImageConfig(json: unknown): ImageConfig {
  const result = v.safeParse(schema, json);
  if (!result.success) throw new InspectionError('image-damaged', 'The configuration of the image is not one.');
  const { config, rootfs, history, os, architecture } = result.output;
  const test = config.Healthcheck?.Test ?? [];
  return {
    diffIds: rootfs.diff_ids ?? [],
    history: (history ?? []).map((step) => ({ createdBy: step.created_by, madeLayer: !step.empty_layer })),
    user: config.User,
    labels: config.Labels,
    env: config.Env,
    healthcheck: test.length === 0 ? 'absent' : test[0] === 'NONE' ? 'disabled' : 'present',
    ports: Object.keys(config.ExposedPorts),
    volumes: Object.keys(config.Volumes),
    entrypoint: config.Entrypoint,
    command: config.Cmd,
    workingFolder: config.WorkingDir,
    ...(os !== '' && { platform: { os, architecture } }),
  };
}
