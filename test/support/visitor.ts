import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import type { PushRequest } from '../../docs/docker-push.d.ts';
import { engineRequest } from './images.ts';
import { until } from './until.ts';
import type { Sight } from './visitor/main.ts';
import type { Plant } from './visitor/plants.ts';
import type { VSCodeServer } from './vscode-server.ts';

/** A second extension in the same extension host, which the tests can speak to while a window is open. */
export interface Visitor {
  readonly look: () => Promise<Sight>;
  /** Pushes through the API of Docker Push, and answers how each target ended. */
  readonly push: (request: PushRequest) => Promise<string[]>;
  readonly plant: (plant: Plant, text: string) => Promise<unknown>;
  /** Waits until it has come. */
  readonly arrived: () => Promise<unknown>;
}

/** Installs it; windows that are opened from now on have it. */
export async function inviteVisitor({ dataDir }: VSCodeServer): Promise<Visitor> {
  const folder = path.join(dataDir, 'extensions', 'tests.visitor-1.0.0');
  await mkdir(folder, { recursive: true });
  const manifest = {
    ...{ name: 'visitor', publisher: 'tests', version: '1.0.0', main: './main.cjs', extensionKind: ['workspace'] },
    ...{ engines: { vscode: '^1.100.0' }, activationEvents: ['onStartupFinished'] },
  };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  await build({
    entryPoints: [path.join(import.meta.dirname, 'visitor/main.ts')],
    outfile: path.join(folder, 'main.cjs'),
    ...{ bundle: true, platform: 'node', format: 'cjs', external: ['vscode'], logLevel: 'warning' },
  });
  const socket = path.join(dataDir, '..', 'tmp', 'visitor.sock');
  const ask = async (request: string, body: object): Promise<unknown> => {
    const answer = await engineRequest(socket, 'POST', request, body);
    if (answer.status !== 200) throw new Error(`The visitor cannot: ${answer.text}`);
    return answer.json();
  };
  return {
    look: () => ask('/look', {}) as Promise<Sight>,
    push: (request) => ask('/push', request) as Promise<string[]>,
    plant: (plant, text) => ask('/plant', { plant, text }),
    arrived: () => until('the visitor is there', () => ask('/look', {})),
  };
}
