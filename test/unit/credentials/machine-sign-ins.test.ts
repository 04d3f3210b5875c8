import assert from 'node:assert/strict';
import { CancelledError, SidedError } from '../../../src/base/index.ts';
import {
  CredentialsError,
  type GrantedCredential,
  type GrantOptions,
  MachineSignIns,
} from '../../../src/credentials/index.ts';

const key = { registry: '123456789012.dkr.ecr.eu-central-1.amazonaws.com' };
const hourMs = 3_600_000;

describe('the sign-ins of this machine', () => {
  let now: number;
  let asked: GrantOptions[];
  let answer: (count: number) => Promise<GrantedCredential>;
  let signIns: MachineSignIns;
  const ask = (options: Partial<GrantOptions> = {}): Promise<string> =>
    signIns.grant('aws', key, { interactive: false, ...options }).then(({ credential }) => credential.password);

  beforeEach(() => {
    now = Date.UTC(2026, 0, 1);
    asked = [];
    answer = (count) => Promise.resolve(grantOf(`token ${count}`, new Date(now + 12 * hourMs)));
    const grant = (_: unknown, options: GrantOptions): Promise<GrantedCredential> => {
      asked.push(options);
      return answer(asked.length);
    };
    signIns = new MachineSignIns([{ id: 'aws', grant }], () => now);
  });

  it('are asked again before what they granted ends', async () => {
    assert.equal(await ask(), 'token 1');
    now += 11 * hourMs;
    assert.equal(await ask(), 'token 1');
    now += 50 * 60_000;
    assert.equal(await ask(), 'token 2');
  });

  it('are asked each time where the end is not told, and once by who asks together', async () => {
    answer = (count) => Promise.resolve(grantOf(`token ${count}`));
    assert.deepEqual(await Promise.all([ask(), ask()]), ['token 1', 'token 1']);
    assert.equal(await ask(), 'token 2');
  });

  it('are asked anew by a person, whose choice is not kept before it serves, and after all was forgotten', async () => {
    await ask();
    assert.equal(await ask({ interactive: true }), 'token 2');
    assert.equal(await ask(), 'token 1');
    assert.ok(signIns.forget(key));
    assert.ok(!signIns.forget(key));
    assert.equal(await ask(), 'token 3');
    signIns.forgetAll();
    assert.equal(await ask(), 'token 4');
    assert.deepEqual(
      asked.map(({ interactive }) => interactive),
      [false, true, false, false],
    );
  });

  it('give nobody what was granted to another account', async () => {
    assert.equal(await ask({ account: 'mira' }), 'token 1');
    assert.deepEqual(await Promise.all([ask({ account: 'noa' }), ask({ account: 'mira' })]), ['token 2', 'token 3']);
    assert.deepEqual(
      asked.map(({ account }) => account),
      ['mira', 'noa', 'mira'],
    );
  });

  it('are left by one who gives up, and not for another', async () => {
    let done: (granted: GrantedCredential) => void = () => undefined;
    answer = () => new Promise((resolve) => (done = resolve));
    const stop = new AbortController();
    const given = ask({ signal: stop.signal });
    const waiting = ask();
    stop.abort();
    await assert.rejects(given, CancelledError);
    done(grantOf('token'));
    assert.equal(await waiting, 'token');
    await assert.rejects(ask({ signal: AbortSignal.abort() }), CancelledError);
  });

  it('are left by a person who gives up, whatever dialog stands open', async () => {
    answer = () => new Promise(() => undefined);
    const stop = new AbortController();
    const given = ask({ interactive: true, signal: stop.signal });
    stop.abort();
    await assert.rejects(given, CancelledError);
  });

  it('that fail say so in their own words, and are asked again', async () => {
    answer = () => Promise.reject(new SidedError('registry', 'unauthorized', 'Sign in to AWS.'));
    await assert.rejects(ask(), failure('Sign in to AWS.'));
    answer = () => Promise.reject(new Error('no network'));
    await assert.rejects(ask(), failure('AWS on this machine failed: no network'));
    await assert.rejects(
      signIns.grant('gcloud', key, { interactive: false }),
      failure('gcloud on this machine failed: it is not known here'),
    );
    answer = () => Promise.resolve(grantOf('token'));
    assert.equal(await ask(), 'token');
  });
});

function grantOf(password: string, expiresAt?: Date): GrantedCredential {
  return { credential: { username: 'AWS', password }, ...(expiresAt && { expiresAt }) };
}

function failure(message: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof CredentialsError);
    assert.deepEqual([error.code, error.side, error.message], ['machine-sign-in-failed', 'credentials', message]);
    return true;
  };
}
