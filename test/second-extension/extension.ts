import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DockerPushApi, DockerPushExports, PushProgress, PushResult } from '../../docs/docker-push.d.ts';

/**
 * Somebody else's extension, which pushes by way of Docker Push. Of that it knows docs/docker-push.d.ts and nothing more.
 * Each of its commands leaves what it was told as a JSON file, for test/workbench/second-extension.test.ts to judge.
 */
export function activate(context: vscode.ExtensionContext): void {
  for (const [name, work] of Object.entries(commands))
    context.subscriptions.push(vscode.commands.registerCommand(`apiUser.${name}`, () => leave(name, work)));
}

const { API_USER_FOLDER: folder = '', API_USER_REGISTRY: registry = '', API_USER_SLOW: slow = '' } = process.env;

const commands = {
  async look(api: DockerPushApi) {
    const exports = await dockerPush();
    return {
      images: await api.images(),
      registries: await api.registries(),
      // A caller that is ahead of this version, and not TypeScript.
      version2: await rejection(() => (exports.getAPI as (version: number) => unknown)(2)),
      keys: [Object.keys(exports), Object.keys(api)],
    };
  },

  async push(api: DockerPushApi) {
    const heard: PushResult[] = [];
    const progress: PushProgress[] = [];
    const listener = api.onDidPush((result) => heard.push(result));
    const targets = [`${registry}/team/api:1`, `${registry}/team/api`, `${registry}/team/api:2`];
    const results = await api.push(
      { image: 'api:1', targets },
      { signal: new AbortController().signal, onProgress: (now) => progress.push(now) },
    );
    listener.dispose();
    const heardSoFar = heard.length;
    await api.push({ image: 'api:1', targets: [`${registry}/team/api:3`] });
    return { results, progress, heard, heardAfterwards: heard.length - heardSoFar };
  },

  async abort(api: DockerPushApi) {
    const stop = new AbortController();
    const { signal } = stop;
    const results = await api.push(
      { image: 'big:1', targets: [`${slow}/team/big:1`, `${slow}/team/big:2`] },
      {
        signal,
        onProgress: ({ bytes }) => {
          if (bytes && bytes.sent > 0) stop.abort();
        },
      },
    );
    const before = await api.push({ image: 'api:1', targets: [`${registry}/team/never:1`] }, { signal });
    return { results, before };
  },

  async fault(api: DockerPushApi) {
    const onProgress = (): void => {
      throw new Error('a fault of the caller');
    };
    return api.push({ image: 'api:1', targets: [`${registry}/team/fault:1`] }, { onProgress });
  },

  async blocked(api: DockerPushApi) {
    return api.push({ image: 'api:1', targets: [`${registry}/strict/api:latest`] });
  },

  async ask(api: DockerPushApi) {
    // As JavaScript calls it.
    const untyped = api as unknown as { push: (request?: unknown, options?: unknown) => Promise<unknown> };
    const push = (...given: [unknown?, unknown?]): Promise<unknown> => untyped.push(...given);
    const target = `${registry}/team/wrong:1`;
    const request = { image: 'api:1', targets: [target] };
    return {
      nothing: await rejection(() => push()),
      null: await rejection(() => push(null)),
      text: await rejection(() => push('api:1')),
      image: await rejection(() => push({ targets: [target] })),
      targets: await rejection(() => push({ image: 'api:1', targets: target })),
      platform: await rejection(() => push({ ...request, platform: 5 })),
      unknown: await rejection(() => push({ ...request, password: 'x' })),
      signal: await rejection(() => push(request, { signal: {} })),
      onProgress: await rejection(() => push(request, { onProgress: 'x' })),
    };
  },

  async command() {
    const push = (request: unknown): Thenable<PushResult[]> =>
      vscode.commands.executeCommand<PushResult[]>('dockerPush.push', request);
    return {
      results: await push({ image: 'api:1', targets: [`${registry}/by/command:1`, `${registry}/by/command:2`] }),
      wrong: await rejection(() => push({ image: 'api:1', targets: [] })),
      unknown: await rejection(() => push({ image: 'api:1', targets: [`${registry}/team/wrong:1`], force: true })),
    };
  },

  async lost() {
    // What a menu passes of a row that the editor does not know any more.
    await vscode.commands.executeCommand('dockerPush.push', undefined, undefined);
    return { again: await vscode.commands.executeCommand('dockerPush.pushAgain', undefined, undefined) };
  },
};

/** What the caller of a promise, or of a function, gets when it is refused. */
async function rejection(call: () => unknown): Promise<{ code: unknown; message: string } | string> {
  try {
    return `not refused: ${JSON.stringify(await call())}`;
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown };
    return { code, message };
  }
}

async function dockerPush(): Promise<DockerPushExports> {
  const extension = vscode.extensions.getExtension<DockerPushExports>('slipway.docker-push');
  if (!extension) throw new Error('Docker Push is not installed.');
  return extension.activate();
}

async function leave(name: string, work: (api: DockerPushApi) => Promise<unknown>): Promise<void> {
  const answer = await work((await dockerPush()).getAPI(1)).catch((error: unknown) => ({ failed: String(error) }));
  const file = path.join(folder, `${name}.json`);
  await writeFile(`${file}.new`, JSON.stringify(answer));
  await rename(`${file}.new`, file);
}

/** What each command leaves. */
export type Left = { [K in keyof typeof commands]: Awaited<ReturnType<(typeof commands)[K]>> };
