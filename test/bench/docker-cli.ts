import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { debian12Root, fromRoot } from '../support/debian.ts';

/** `docker push`, as a person would use it instead: Debian's Docker CLI, with a configuration of its own. */
export interface DockerCli {
  readonly version: string;
  /** @throws Error with what it says when it fails */
  readonly push: (reference: string) => Promise<void>;
}

/**
 * @param endpoint the engine's address, `unix://…`
 * @param home an empty folder
 */
export async function dockerCli(endpoint: string, home: string): Promise<DockerCli> {
  const [command, args] = await fromRoot(await debian12Root(), 'usr/bin/docker', ['--host', endpoint]);
  const run = async (...more: string[]): Promise<string> =>
    (await promisify(execFile)(command, [...args, ...more], { env: { HOME: home, PATH: '' } })).stdout;
  return {
    version: (await run('version', '--format', '{{.Client.Version}}')).trim(),
    push: async (reference) => {
      await run('push', reference);
    },
  };
}
