import { own } from '../test/support/cleanup.ts';
import { startEngine } from '../test/support/engine.ts';
import { engineRequest, removeImage } from '../test/support/images.ts';
import { startRegistry } from '../test/support/registry.ts';
import { chooseEndpoint } from '../src/engine/index.ts';
import { messageOf } from '../src/base/index.ts';
import { homedir } from 'node:os';
import { readFile } from 'node:fs/promises';
import { buildSample, sample } from './sample.ts';

/** An engine with the sample image, and a registry that it can push to. All that was made goes with this process. */
export interface Surroundings {
  /** The engine's address, as DOCKER_HOST takes it. */
  readonly endpoint: string;
  /** `host:port` of the local registry, where one could be started. */
  readonly registry: string | undefined;
}

export async function makeSurroundings(): Promise<Surroundings> {
  const socketPath = await ownEngine();
  if (socketPath !== undefined) {
    console.log(`Using the engine at ${socketPath}.`);
    const before = await names(socketPath);
    await buildSample(socketPath);
    const registry = await registryContainer(socketPath);
    undo(async () => {
      const made = (await names(socketPath)).filter((name) => !before.includes(name));
      const ours = made.filter((name) => name === sample.reference || (registry && name.startsWith(`${registry}/`)));
      for (const name of ours) await removeImage(socketPath, name);
    });
    return { endpoint: `unix://${socketPath}`, registry };
  }
  console.log('No engine answers here: starting a private one, and a registry beside it.');
  const engine = await startEngine({ kind: 'classic' });
  const registry = await startRegistry({ delete: true });
  await buildSample(engine.socketPath);
  console.log(`Engine: Docker ${engine.version} at ${engine.endpoint}. Registry: ${registry.url}.`);
  return { endpoint: engine.endpoint, registry: registry.host };
}

/** The socket of the engine that the Docker CLI would use, if it answers. */
async function ownEngine(): Promise<string | undefined> {
  try {
    const read = (path: string): Promise<string> => readFile(path, 'utf8');
    const question = { setting: '', env: process.env, platform: process.platform, home: homedir(), readFile: read };
    const { endpoint } = await chooseEndpoint(question);
    if (endpoint.kind !== 'unix' && endpoint.kind !== 'npipe') return undefined;
    const { status } = await engineRequest(endpoint.path, 'GET', '/_ping');
    return status === 200 ? endpoint.path : undefined;
  } catch {
    return undefined;
  }
}

/** All names of local images. */
async function names(socketPath: string): Promise<string[]> {
  const answer = await engineRequest(socketPath, 'GET', '/images/json');
  const images = answer.json() as { RepoTags: string[] | null }[];
  return images.flatMap(({ RepoTags }) => RepoTags ?? []);
}

const registryImage = 'registry:2';

/** A registry in the user's own engine, with a port published on the loopback. Without its image: one line says so. */
async function registryContainer(socketPath: string): Promise<string | undefined> {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await engineRequest(socketPath, method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text.startsWith('{') ? answer.json() : undefined;
  };
  try {
    if ((await engineRequest(socketPath, 'GET', `/images/${registryImage}/json`)).status !== 200) {
      console.log(`Pulling ${registryImage} for a local registry.`);
      await ask('POST', `/images/create?fromImage=registry&tag=2`);
    }
    const { Id: id } = (await ask('POST', '/containers/create', {
      Image: registryImage,
      ExposedPorts: { '5000/tcp': {} },
      HostConfig: { AutoRemove: true, PortBindings: { '5000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
    })) as { Id: string };
    undo(async () => {
      await engineRequest(socketPath, 'DELETE', `/containers/${id}?force=1&v=1`);
    });
    await ask('POST', `/containers/${id}/start`);
    const { NetworkSettings: network } = (await ask('GET', `/containers/${id}/json`)) as {
      NetworkSettings: { Ports: Record<string, { HostPort: string }[] | undefined> };
    };
    const port = network.Ports['5000/tcp']?.[0]?.HostPort;
    return port === undefined ? undefined : `127.0.0.1:${port}`;
  } catch (error) {
    console.log(
      `No local registry: ${registryImage} could not be started (${messageOf(error)}). Push to one of your own.`,
    );
    return undefined;
  }
}

/** An engine that is not ours outlives this process, so what was made in it is taken back before that ends. */
function undo(stop: () => Promise<void>): void {
  own({ stop, stopNow: () => undefined });
}
