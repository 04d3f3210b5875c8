import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { PushResult } from '../../src/push/index.ts';
import { own } from '../support/cleanup.ts';

/** A process that pushes with the bundles. */
export interface Pusher {
  readonly pid: number;
  /**
   * Pushes a local image and waits for the registry's confirmation.
   *
   * @throws Error when the push did not go well, or was not confirmed
   */
  readonly push: (image: string, target: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts one, connected to an engine.
 *
 * @param dist the folder of the bundles
 * @param endpoint the engine's address, `unix://…`
 */
export async function startPusher(dist: string, endpoint: string): Promise<Pusher> {
  const child = fork(path.join(import.meta.dirname, 'pusher.mjs'), [dist, endpoint], { execArgv: [] });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await exited;
    forget();
  };
  const forget = own({ stop, stopNow: () => void child.kill('SIGKILL') });
  const answer = async (): Promise<unknown> => {
    const left = exited.then(() => Promise.reject(new Error('The process that pushes has ended.')));
    const [message] = (await Promise.race([once(child, 'message'), left])) as [unknown];
    return message;
  };
  await answer();
  return {
    pid: child.pid ?? 0,
    push: async (image, target) => {
      const answered = answer();
      child.send({ image, target });
      const result = (await answered) as PushResult;
      if (result.outcome !== 'pushed' || result.verification !== 'confirmed')
        throw new Error(`${target} was not pushed: ${JSON.stringify(result)}`);
    },
    stop,
  };
}
