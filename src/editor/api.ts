import type { DockerPushApi, DockerPushExports, PushOptions } from '../../docs/docker-push.d.ts';
import { type Log, messageOf, SidedError } from '../base/index.ts';
import type { PushCommand } from './commands/push.ts';
import type { EngineSession } from './engine-session.ts';
import { registryList } from './registry-list.ts';

export interface ApiParts {
  readonly push: PushCommand['run'];
  readonly onDidPush: DockerPushApi['onDidPush'];
  readonly session: EngineSession;
  readonly log: Log;
}

/** What `activate` gives to other extensions. docs/docker-push.d.ts is its contract; a credential is nowhere in it. */
export function exportsOf({ push, onDidPush, session, log }: ApiParts): DockerPushExports {
  const api: DockerPushApi = {
    push: async (request: unknown, options) => {
      const read = readOptions(options, log);
      // Callers are not all TypeScript, and the command, called with nothing, asks a person.
      return push(request ?? 'nothing', { ...read, isUnattended: true });
    },
    onDidPush,
    images: async () => (await session.connect()).engine.listImages(),
    registries: () => Promise.resolve(registryList.all()),
  };
  return {
    getAPI: (version) => {
      // Nor are they all up to date.
      if ((version as number) === 1) return Object.freeze(api);
      throw new Error(`Docker Push has the API version 1, not ${String(version)}.`);
    },
  };
}

/** A fault in the caller's own function is the caller's: it goes to the log, and the push goes on. */
function readOptions(options: unknown, log: Log): PushOptions {
  const { signal, onProgress } = (options ?? {}) as { signal?: unknown; onProgress?: unknown };
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw invalid('“signal” takes an AbortSignal');
  if (onProgress !== undefined && typeof onProgress !== 'function') throw invalid('“onProgress” takes a function');
  return {
    ...(signal && { signal }),
    ...(onProgress && {
      onProgress: (progress) => {
        try {
          (onProgress as NonNullable<PushOptions['onProgress']>)(progress);
        } catch (error) {
          log.warn(`The function onProgress of another extension failed: ${messageOf(error)}`);
        }
      },
    }),
  };
}

function invalid(what: string): SidedError {
  return new SidedError('reference', 'argument-invalid', `Docker Push cannot be called like this: ${what}.`);
}
