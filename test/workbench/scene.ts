import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import path from 'node:path';
import { type EngineKind, type EngineOptions, type RunningEngine, startEngine } from '../support/engine.ts';
import { buildImage, countRepositories, incompressible } from '../support/images.ts';
import type { Account } from '../support/main-job.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { type ServerOptions, startServer, type VSCodeServer } from '../support/vscode-server.ts';
import { type Notification, openWorkbench, type Workbench } from '../support/workbench.ts';

/** An engine, a registry, and an editor with the packaged extension that uses the engine. */
export interface Scene {
  readonly engine: RunningEngine;
  readonly registry: RunningRegistry;
  readonly server: VSCodeServer;
  /** The workspace. */
  readonly folder: string;
  /** Opens a window; each test has its own. */
  readonly open: () => Promise<Workbench>;
  readonly stop: () => Promise<void>;
}

/**
 * @param env added to the environment of the editor and its extensions
 * @param options of the engine; `trust` is the editor's
 */
export async function startScene(
  kind: EngineKind,
  userSettings: Record<string, unknown> = {},
  env: Record<string, string> = {},
  machineSettings: Record<string, unknown> = {},
  { trust, ...options }: Omit<EngineOptions, 'kind'> & Pick<ServerOptions, 'trust'> = {},
): Promise<Scene> {
  const vsix = process.env.DOCKER_PUSH_VSIX;
  assert.ok(vsix, 'DOCKER_PUSH_VSIX names the packaged extension: npm test sets it');
  const [engine, registry] = await Promise.all([startEngine({ ...options, kind }), startRegistry()]);
  const environment = { ...env, DOCKER_HOST: engine.endpoint };
  const server = await startServer({
    ...{ mode: 'workbench', vsix, userSettings, machineSettings, env: environment },
    ...(trust !== undefined && { trust }),
  });
  const folder = path.join((await makeRunFolder()).path, 'workspace');
  await mkdir(folder);
  return {
    engine,
    registry,
    server,
    folder,
    open: async () => {
      const repositories = (): Promise<number | undefined> => countRepositories(engine.socketPath);
      const workbench = await openWorkbench(server, { folder, repositories });
      await workbench.openDockerPush();
      return workbench;
    },
    stop: async () => {
      await server.stop();
      await Promise.all([engine.stop(), registry.stop()]);
    },
  };
}

/** An image of small layers and, where asked for, one of this many incompressible bytes. */
export function buildTestImage(engine: RunningEngine, reference: string, bytes = 0, seed = reference): Promise<string> {
  const layers = [
    { path: '/one', content: Buffer.from(`${seed} one`) },
    { path: '/two', content: incompressible(50_000, `${seed} two`) },
    ...(bytes > 0 ? [{ path: '/big', content: incompressible(bytes, `${seed} big`) }] : []),
  ];
  return buildImage(engine.socketPath, reference, layers);
}

/** The digest that a registry gives for a tag, or undefined when it has none. */
export async function digestAt(
  registry: Pick<RunningRegistry, 'url' | 'caFile'>,
  repository: string,
  tag: string,
  account?: Account,
): Promise<string | undefined> {
  const accept = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.v2+json',
  ].join(', ');
  const answer = await get(`${registry.url}/v2/${repository}/manifests/${tag}`, {
    headers: { accept },
    ...(account && { auth: `${account.user}:${account.password}` }),
    ...(registry.caFile && { ca: await readFile(registry.caFile) }),
  });
  if (answer.statusCode === 404) return undefined;
  assert.equal(answer.statusCode, 200);
  return String(answer.headers['docker-content-digest']);
}

/** Its answer, the body read and thrown away. */
function get(url: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = (url.startsWith('https:') ? https : http).get(url, options);
    sent.once('error', reject);
    sent.once('response', (answer) => answer.resume().once('end', () => resolve(answer)));
  });
}

/** What was said at the end: of all toasts since the page was loaded, those that showed no progress. */
export async function endings(workbench: Workbench): Promise<Notification[]> {
  await workbench.waitUntilProgressIsGone();
  const history = await workbench.notificationHistory();
  const last = new Map(history.filter(({ progress }) => progress === undefined).map((shown) => [shown.toast, shown]));
  // A progress toast loses its bar just before it goes.
  const progress = new Set(history.filter((shown) => shown.progress !== undefined).map(({ toast }) => toast));
  return [...last.values()].filter(({ toast }) => !progress.has(toast));
}
