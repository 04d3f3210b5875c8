import type { DockerPushApi, DockerPushExports } from '../../docs/docker-push.d.ts';
import type { PushCommand } from './commands/push.ts';
import type { EngineSession } from './engine-session.ts';
import type { Pusher } from './pusher.ts';
import { registryList } from './registry-list.ts';

export interface ApiParts {
  readonly push: PushCommand;
  readonly pusher: Pusher;
  readonly session: EngineSession;
}

/** What `activate` gives to other extensions. docs/docker-push.d.ts is its contract; a credential is nowhere in it. */
export function exportsOf({ push, pusher, session }: ApiParts): DockerPushExports {
  const api: DockerPushApi = {
    push: (request, options) => push.run(request, options),
    onDidPush: pusher.onDidPush,
    images: async () => (await session.connect()).engine.listImages(),
    registries: () => Promise.resolve(registryList.all()),
  };
  return {
    getAPI: (version) => {
      // Callers are not all TypeScript, and not all up to date.
      if ((version as number) === 1) return Object.freeze(api);
      throw new Error(`Docker Push has the API version 1, not ${String(version)}.`);
    },
  };
}
