import childProcess from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import * as vscode from 'vscode';
import type { DockerPushExports, PushRequest } from '../../../docs/docker-push.d.ts';
import { textsIn } from '../texts-in.ts';
import { type Plant, plants } from './plants.ts';

/** Of the socket on which it listens, in the editor's temporary folder. */
const socketName = 'visitor.sock';

/** What it can get at beside the API of Docker Push. */
export interface Sight {
  /** All that the API gives, gave and told. */
  api: string[];
  /** Of the extension host itself. */
  environment: string[];
  /** Program, arguments and environment of every process that the extension host has started. */
  started: string[];
  /** The settings as extensions read them. */
  settings: string[];
}

/**
 * Another extension beside Docker Push, in the same extension host: what it can get at, any extension can. The tests
 * speak to it over a socket: it looks around, pushes through the API, and plants what must be found.
 */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const started = startedProcesses();
  const exported = await vscode.extensions.getExtension<DockerPushExports>('slipway.docker-push')?.activate();
  if (!exported) throw new Error('Docker Push is not there.');
  const api = exported.getAPI(1);
  /** What the API gave and told so far. */
  const received: unknown[] = [];
  context.subscriptions.push(api.onDidPush((result) => received.push(result)));

  const look = async (): Promise<Sight> => ({
    api: await textsIn(exported, api, received, await got(api.images()), await got(api.registries())),
    environment: await textsIn(process.env, process.argv, process.execArgv, process.title),
    started: await textsIn(started),
    settings: await textsIn(vscode.workspace.getConfiguration()),
  });
  const push = async (request: PushRequest): Promise<string[]> => {
    const results = await api.push(request, { onProgress: (progress) => received.push(progress) });
    received.push(results);
    return results.map(({ outcome }) => outcome);
  };
  const plant = ({ plant, text }: { plant: Plant; text: string }): unknown =>
    plants[plant](text, { context, exported, received });

  const answers: Record<string, (body: never) => unknown> = { '/look': look, '/push': push, '/plant': plant };
  const server = createServer((request, response) => {
    void json(request)
      .then((body) => answers[request.url ?? '']?.(body as never))
      .then(
        (answer) => response.end(JSON.stringify(answer ?? null)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  context.subscriptions.push({ dispose: () => void server.close() });
  const socket = path.join(tmpdir(), socketName);
  // A window that was open before may have left it.
  await rm(socket, { force: true });
  server.listen(socket);
}

/** What came of it, thrown or returned. */
function got(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => error);
}

/** Of an argument what goes to the process; the rest, such as its pipes, leads to everything that runs. */
function essence(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const { file, args, env, envPairs, input } = given as Record<string, unknown>;
  return { file, args, env, envPairs, input };
}

/** Remembers what processes are started with, from now on; one may be gone before anybody could look at it. */
function startedProcesses(): unknown[] {
  const started: unknown[] = [];
  const remember = (holder: object, name: string): void => {
    const call = Reflect.get(holder, name) as (...given: unknown[]) => unknown;
    Reflect.set(holder, name, function (this: unknown, ...given: unknown[]) {
      started.push(given.map(essence));
      return Reflect.apply(call, this, given);
    });
  };
  // What spawn, exec, execFile and fork come to, with the environment as it is handed over.
  remember(childProcess.ChildProcess.prototype, 'spawn');
  for (const name of ['spawnSync', 'execSync', 'execFileSync']) remember(childProcess, name);
  return started;
}
