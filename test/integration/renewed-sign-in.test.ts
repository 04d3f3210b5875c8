import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { GrantedCredential } from '../../src/credentials/index.ts';
import { Accounts } from '../../src/editor/accounts.ts';
import type { EngineSession } from '../../src/editor/engine-session.ts';
import { OwnTags } from '../../src/editor/own-tags.ts';
import { PushesModel } from '../../src/editor/pushes-model.ts';
import { Pusher } from '../../src/editor/pusher.ts';
import { RegistryDoor } from '../../src/editor/registry-door.ts';
import type { WorkspacePushes } from '../../src/editor/workspace-pushes.ts';
import type { PushOptions, PushStreamEvent } from '../../src/engine/index.ts';
import { systemClock } from '../../src/base/index.ts';
import { PushHistory, type PushResult } from '../../src/push/index.ts';

// On the engine's machine, which is elsewhere: so nobody but the engine is asked.
const registry = '127.0.0.1:5000';
const refused: PushStreamEvent = { type: 'error', message: 'unauthorized: authentication required' };
const done: PushStreamEvent = { type: 'digest', tag: '1', digest: `sha256:${'a'.repeat(64)}` };

describe('a push by a sign-in of this machine', () => {
  let folder: string;
  let accounts: Accounts;
  let lines: string[];
  /** How often the sign-in was asked for a token; with which tokens the engine pushed; who was asked to sign in. */
  let granted: number;
  let pushed: (string | undefined)[];
  let asked: string[];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'docker-push-accounts-'));
    granted = 0;
    pushed = [];
    asked = [];
    lines = [];
    const grant = (): Promise<GrantedCredential> => {
      granted += 1;
      const expiresAt = new Date(Date.now() + 12 * 3_600_000);
      return Promise.resolve({ credential: { username: 'AWS', password: `token ${granted}` }, expiresAt });
    };
    accounts = new Accounts({
      secrets: keptSecrets(),
      storage: vscode.Uri.file(folder),
      useDockerConfig: () => false,
      editorSignIns: () => [{ id: 'aws', grant }],
      log: keptLog(),
    });
    await accounts.keepMachine({ registry }, 'aws', 'mira');
  });
  afterEach(async () => {
    accounts.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const keptLog = () => {
    const keep = (line: string): void => void lines.push(line);
    return { trace: keep, debug: keep, info: keep, warn: keep, error: keep };
  };
  /** Pushes through an engine that says this to each token. */
  const push = async (answer: (token: string | undefined) => PushStreamEvent): Promise<PushResult | undefined> => {
    const contact = { optionsFor: () => ({}), certificateFile: () => undefined };
    const registries = () => [{ registry }];
    const door = new RegistryDoor({ accounts, contact, registries, awsApi: () => Promise.resolve(undefined) });
    const pusher = new Pusher({
      session: engineThat((token) => {
        pushed.push(token);
        return answer(token);
      }),
      log: keptLog(),
      memory: () => Promise.reject(new Error('nothing is remembered here')),
      accounts,
      trust: { mayTrust: () => Promise.resolve(true) },
      ownTags: new OwnTags(systemClock),
      workspacePushes: { remember: () => Promise.resolve() } as unknown as WorkspacePushes,
      pushes: new PushesModel({
        history: () => Promise.resolve(new PushHistory(path.join(folder, 'pushes'), keptLog())),
        conclude: () => Promise.reject(new Error('nothing was cut off')),
        log: keptLog(),
      }),
      maxConcurrentPushes: () => 2,
      confirm: () => 'unexpected',
      checks: { before: () => Promise.resolve({ objections: [], open: [], faults: [], waited: false }) },
      lateChecks: { begin: () => undefined },
      pushed: () => undefined,
      door,
      contact,
    });
    const onSignInNeeded = (_: unknown, reason: string): Promise<boolean> => {
      asked.push(reason);
      return Promise.resolve(false);
    };
    const order = { image: { name: 'api:1' }, targets: [`${registry}/team/api:1`] };
    const [result] = await pusher.push([order], { signal: new AbortController().signal, onSignInNeeded });
    return result;
  };

  it('uses what it granted as long as that lasts', async () => {
    assert.equal((await push(() => done))?.outcome, 'pushed');
    assert.equal((await push(() => done))?.outcome, 'pushed');
    assert.deepEqual(pushed, ['token 1', 'token 1']);
  });

  it('gets another where the registry refused that, and nobody is asked', async () => {
    await push(() => done);
    const result = await push((token) => (token === 'token 1' ? refused : done));
    assert.equal(result?.outcome, 'pushed', JSON.stringify(result));
    assert.deepEqual(pushed, ['token 1', 'token 1', 'token 2']);
    assert.deepEqual(asked, []);
    assert.equal(lines.filter((line) => line.includes('token 1') || line.includes('token 2')).length, 0);
  });

  it('asks a person where the new one is refused as well', async () => {
    const result = await push(() => refused);
    assert.ok(result?.outcome === 'failed');
    assert.equal(result.error.code, 'unauthorized');
    assert.deepEqual(pushed, ['token 1', 'token 2']);
    assert.equal(asked.length, 1);
    // And the next push has a third.
    await push(() => done);
    assert.deepEqual(pushed, ['token 1', 'token 2', 'token 3']);
  });
});

/** An engine elsewhere. */
function engineThat(answer: (token: string | undefined) => PushStreamEvent): EngineSession {
  const image = {
    ...{ id: `sha256:${'1'.repeat(64)}`, configDigest: `sha256:${'1'.repeat(64)}`, sizeBytes: 1, createdAt: undefined },
    ...{ references: [`${registry}/team/api:1`], digests: [], layers: [] },
  };
  const engine = {
    chosen: { local: false, label: 'elsewhere' },
    inspectImage: () => Promise.resolve(image),
    async *pushImage(_: unknown, { auth }: PushOptions) {
      await Promise.resolve();
      yield answer(auth && 'password' in auth ? auth.password : undefined);
    },
  };
  const info = { store: 'classic', product: 'Docker', version: '28.0.0' };
  return { connect: () => Promise.resolve({ engine, info }) } as unknown as EngineSession;
}

/** As VS Code keeps secrets, in memory. */
function keptSecrets(): vscode.SecretStorage {
  const kept = new Map<string, string>();
  return {
    get: (key: string) => Promise.resolve(kept.get(key)),
    store: (key: string, value: string) => Promise.resolve(void kept.set(key, value)),
    delete: (key: string) => Promise.resolve(void kept.delete(key)),
    onDidChange: () => new vscode.Disposable(() => undefined),
  };
}
