import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type EngineKind, type RunningEngine, startEngine } from '../support/engine.ts';
import { buildImage, incompressible } from '../support/images.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { startServer, type VSCodeServer } from '../support/vscode-server.ts';
import { type Notification, openWorkbench, type Workbench } from '../support/workbench.ts';

/** An engine, a registry, and an editor with the packaged extension that uses the engine. */
export interface Scene {
  readonly engine: RunningEngine;
  readonly registry: RunningRegistry;
  readonly server: VSCodeServer;
  /** Opens a window; each test has its own. */
  readonly open: () => Promise<Workbench>;
  readonly stop: () => Promise<void>;
}

export async function startScene(kind: EngineKind, userSettings: Record<string, unknown> = {}): Promise<Scene> {
  const vsix = process.env.DOCKER_PUSH_VSIX;
  assert.ok(vsix, 'DOCKER_PUSH_VSIX names the packaged extension: npm test sets it');
  const [engine, registry] = await Promise.all([startEngine({ kind }), startRegistry()]);
  const server = await startServer({ mode: 'workbench', vsix, userSettings, env: { DOCKER_HOST: engine.endpoint } });
  const folder = path.join((await makeRunFolder()).path, 'workspace');
  await mkdir(folder);
  return {
    engine,
    registry,
    server,
    open: async () => {
      const workbench = await openWorkbench(server, { folder });
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
  registry: { readonly url: string },
  repository: string,
  tag: string,
): Promise<string | undefined> {
  const accept = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.v2+json',
  ].join(', ');
  const answer = await fetch(`${registry.url}/v2/${repository}/manifests/${tag}`, { headers: { accept } });
  await answer.arrayBuffer();
  return answer.status === 200 ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined;
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
