import assert from 'node:assert/strict';
import { CancelledError, type Log } from '../../../src/base/index.ts';
import type { Credential, DockerSignIn } from '../../../src/credentials/index.ts';
import { type ImportParts, importSignIn, keepImport } from '../../../src/editor/credential-import.ts';
import type { RegistryConfig } from '../../../src/editor/registry-list.ts';
import { formatRegistryKey } from '../../../src/reference/index.ts';
import { type ScriptedServer, startScripted } from '../../support/registry-server.ts';

const mira: Credential = { username: 'mira', password: 'planted-7f3a9c51' };

describe('importing a sign-in of Docker’s', () => {
  let server: ScriptedServer;
  let kept: [key: string, credential: Credential][];
  let keeping: () => Promise<void>;
  let registries: RegistryConfig[];
  let lines: string[];
  let parts: ImportParts;
  const signal = new AbortController().signal;

  beforeEach(async () => {
    server = await startScripted();
    kept = [];
    keeping = () => Promise.resolve();
    registries = [];
    lines = [];
    const note = (line: string): void => void lines.push(line);
    const log: Log = { trace: note, debug: note, info: note, warn: note, error: note };
    parts = {
      accounts: {
        keep: async (key, credential) => {
          await keeping();
          kept.push([formatRegistryKey(key), credential]);
        },
      },
      registries: () => registries,
      log,
      contact: { optionsFor: () => ({ userAgent: 'test' }) },
    };
  });
  afterEach(async () => {
    await server.finish();
    assert.ok(!lines.join('\n').includes('planted'));
  });

  const signIn = (
    credential: Credential | Error | undefined = mira,
    more: Partial<DockerSignIn> = {},
  ): DockerSignIn => ({
    registry: server.host,
    from: { source: 'helper', helper: 'pass' },
    read: () => (credential instanceof Error ? Promise.reject(credential) : Promise.resolve(credential)),
    ...more,
  });
  const asked = { request: 'GET /v2/', answer: { status: 401, headers: { 'www-authenticate': 'Basic' } } };
  const answers = (status: number): void =>
    server.expect(asked, {
      request: 'GET /v2/',
      headers: { authorization: `Basic ${Buffer.from('mira:planted-7f3a9c51').toString('base64')}` },
      answer: { status },
    });

  it('keeps for the host what the registry accepts', async () => {
    answers(200);
    registries = [{ registry: `${server.host}/team`, transport: 'http' }];
    const result = await importSignIn(signIn(), parts, signal);
    assert.deepEqual(result, { kind: 'copied', registry: server.host, account: 'mira' });
    assert.deepEqual(kept, [[server.host, mira]]);
    assert.ok(lines.includes(`imported the sign-in to ${server.host} as mira`));
  });

  it('keeps nothing that the registry refuses, until the user wants it', async () => {
    answers(401);
    const result = await importSignIn(signIn(), parts, signal);
    assert.ok(result.kind === 'doubtful');
    assert.match(result.why, /did not accept the sign-in/u);
    assert.deepEqual(kept, []);
    assert.deepEqual(await keepImport(result, parts), { kind: 'copied', registry: server.host, account: 'mira' });
    assert.deepEqual(kept, [[server.host, mira]]);
  });

  it('keeps nothing for a registry that does not answer, until the user wants it', async () => {
    const registry = '127.0.0.1:1';
    const result = await importSignIn(signIn(mira, { registry }), parts, signal);
    assert.ok(result.kind === 'doubtful');
    assert.match(result.why, /127\.0\.0\.1:1/u);
    assert.deepEqual(kept, []);
  });

  it('leaves passwords that live for hours where they are, and does not ask for them', async () => {
    const read = (): Promise<never> => assert.fail('it was asked');
    const ecr = signIn(mira, { from: { source: 'helper', helper: 'ecr-login' }, read });
    const result = await importSignIn(ecr, parts, signal);
    assert.ok(result.kind === 'left');
    assert.match(result.why, /^docker-credential-ecr-login makes its password anew/u);
    const token = await importSignIn(signIn({ username: 'AWS', password: 'planted' }), parts, signal);
    assert.equal(token.kind, 'left', 'whose name tells it only with the secret');
    assert.deepEqual(kept, []);
  });

  it('says that there is none after all, or that the helper or the storage failed', async () => {
    const none = await importSignIn({ ...signIn(), read: () => Promise.resolve(undefined) }, parts, signal);
    assert.deepEqual(none, { kind: 'left', registry: server.host, why: 'docker-credential-pass has none for it.' });
    const failed = await importSignIn(signIn(new Error('docker-credential-pass is gone.')), parts, signal);
    assert.deepEqual(failed, { kind: 'left', registry: server.host, why: 'docker-credential-pass is gone.' });
    answers(200);
    keeping = () => Promise.reject(new Error('The keyring is locked.'));
    const locked = await importSignIn(signIn(), parts, signal);
    assert.deepEqual(locked, { kind: 'left', registry: server.host, why: 'The keyring is locked.' });
    assert.deepEqual(kept, []);
  });

  it('ends when it is given up', async () => {
    await assert.rejects(importSignIn(signIn(new CancelledError()), parts, AbortSignal.abort()), CancelledError);
  });
});
