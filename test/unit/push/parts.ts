import type { Clock, Log } from '../../../src/base/index.ts';
import type {
  ImageDetails,
  ImageInspector,
  ImagePusher,
  ImageTagger,
  PushStreamEvent,
} from '../../../src/engine/index.ts';
import type { PushedRecord, PushParts, PushPlan, PushRecord } from '../../../src/push/index.ts';
import { parseTarget } from '../../../src/reference/index.ts';
import type { Descriptor, Manifest, Pinger } from '../../../src/registry/index.ts';
import type { TagRegistry } from '../../../src/push/verification.ts';

export const imageId = `sha256:${'1'.repeat(64)}`;
export const pushedDigest = `sha256:${'a'.repeat(64)}`;
export const otherDigest = `sha256:${'b'.repeat(64)}`;

export const image: ImageDetails = {
  id: imageId,
  configDigest: imageId,
  references: ['docker.io/library/api:1.0'],
  digests: [],
  sizeBytes: 1_000,
  createdAt: undefined,
  layers: [],
};

export const plan: PushPlan = {
  id: 'p-test',
  chosen: 'api:1.0',
  image,
  target: parseTarget('registry.example/team/api:1.0'),
  warnings: [],
};

/** A clock that a test moves; sleeping moves it at once. */
export function heldClock(): Clock & { at: number; slept: number[] } {
  const clock = {
    at: 0,
    slept: [] as number[],
    now: () => clock.at,
    sleep: (milliseconds: number) => {
      clock.slept.push(milliseconds);
      clock.at += milliseconds;
      return Promise.resolve();
    },
  };
  return clock;
}

export function collectingLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (message: string) => void lines.push(`[${level}] ${message}`);
  return { lines, trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

type Script = (PushStreamEvent | Error)[];

/** An engine that plays a push: its events, then the end, or what it throws. */
export function scriptedEngine(
  script: Script,
  onPush?: () => void,
): ImageInspector & ImageTagger & ImagePusher & { tagged: string[] } {
  const tagged: string[] = [];
  return {
    tagged,
    inspectImage: () => Promise.resolve(image),
    tagImage: (id, target) => {
      tagged.push(`${id} ${target.repository.registry}/${target.repository.path}:${target.tag}`);
      return Promise.resolve();
    },
    untagImage: () => Promise.reject(new Error('a push takes no name away')),
    async *pushImage() {
      onPush?.();
      for (const event of script) {
        await Promise.resolve();
        if (event instanceof Error) throw event;
        yield event;
      }
    },
  };
}

/** A registry that gives these answers to a question for the tag, one after the other; the last one stays. */
export function scriptedRegistry(
  answers: (string | undefined | Error)[],
  configDigest = imageId,
): TagRegistry & Pinger & { asked: number } {
  const registry = {
    asked: 0,
    resolve: (): Promise<Descriptor | undefined> => {
      const answer = answers[Math.min(registry.asked, answers.length - 1)];
      registry.asked += 1;
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve(answer === undefined ? undefined : { mediaType: 'x', digest: answer, size: 1 });
    },
    manifest: (): Promise<{ descriptor: Descriptor; body: Manifest } | undefined> =>
      Promise.resolve({
        descriptor: { mediaType: 'x', digest: pushedDigest, size: 1 },
        body: { kind: 'image', configDigest, layers: [] },
      }),
    ping: () => Promise.resolve(),
  };
  return registry;
}

export function partsOf(
  parts: Partial<PushParts> & Pick<PushParts, 'engine'>,
): PushParts & { log: ReturnType<typeof collectingLog>; clock: ReturnType<typeof heldClock> } {
  return {
    store: 'classic',
    registry: scriptedRegistry([pushedDigest]),
    ...parts,
    log: collectingLog(),
    clock: heldClock(),
  };
}

/** A push of the past: it reached its registry. */
export function pushedRecord(id: string, at = 1_000, digest = pushedDigest, image = imageId): PushedRecord {
  const target = 'registry.example/team/api:1.0';
  return {
    ...{ id, at, target, image: { name: 'api:1.0', id: image, configDigest: image }, account: 'mira (stored here)' },
    result: { id, target, durationMs: 5, warnings: [], outcome: 'pushed', digest, verification: 'confirmed' },
    ...{ pid: process.pid, log: ['one line'] },
  };
}

/** The same, or one that has not ended. */
export function record(id: string, at: number, hasEnded = true): PushRecord {
  const { result, ...rest } = pushedRecord(id, at);
  return hasEnded ? { ...rest, result } : rest;
}
