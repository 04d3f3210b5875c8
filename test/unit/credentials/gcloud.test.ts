import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CancelledError } from '../../../src/base/index.ts';
import { CredentialsError, type GrantedCredential, gcloudSignIn } from '../../../src/credentials/index.ts';
import { processExists } from '../../support/process.ts';
import { until } from '../../support/until.ts';
import { HeldClock } from '../registry/held-clock.ts';
import { temporaryFolder } from './parts.ts';

const token = 'ya29.planted-7f3a9c51';
/** As `gcloud config config-helper --format=json` prints it, with more besides. */
const whole = {
  configuration: {
    active_configuration: 'default',
    properties: { core: { account: 'mira@example.com', disable_usage_reporting: 'True', project: 'acme' } },
  },
  credential: { access_token: token, id_token: 'e30.planted.x', token_expiry: '2026-01-01T12:00:00Z' },
  sentinels: { config_sentinel: '/home/mira/.config/gcloud/config_sentinel' },
};

describe('the sign-in of gcloud', function () {
  if (process.platform === 'win32') return; // The programs of these tests are shell scripts.

  let folder: { path: string; remove: () => Promise<void> };
  let clock: HeldClock;
  let env: Record<string, string | undefined>;
  let workspaceFolders: string[];
  const at = (...parts: string[]): string => path.join(folder.path, ...parts);
  const put = (script: string, mode = 0o755): Promise<void> =>
    writeFile(at('bin', 'gcloud'), `#!/bin/sh\n${script}\n`, { mode });
  const print = (answer: unknown): Promise<void> => put(`echo '${JSON.stringify(answer)}'`);
  const grant = (signal?: AbortSignal, platform = process.platform): Promise<GrantedCredential> =>
    gcloudSignIn({ env, platform, home: at('home'), workspaceFolders: () => workspaceFolders, clock }).grant(
      { registry: 'europe-west1-docker.pkg.dev' },
      { interactive: true, ...(signal && { signal }) },
    );
  const failure = async (work = grant()): Promise<string> => {
    const error: unknown = await work.then(
      () => assert.fail('it did not reject'),
      (reason: unknown) => reason,
    );
    if (!(error instanceof CredentialsError)) throw error;
    assert.deepEqual([error.code, error.side, error.cause], ['machine-sign-in-failed', 'credentials', undefined]);
    assert.doesNotMatch(error.message, /planted/u);
    return error.message;
  };

  beforeEach(async () => {
    folder = await temporaryFolder();
    await mkdir(at('bin'));
    await mkdir(at('home'));
    clock = new HeldClock();
    env = { ...process.env, PATH: `${at('bin')}:${process.env.PATH}`, ELECTRON_RUN_AS_NODE: '1' };
    workspaceFolders = [];
  });
  afterEach(() => folder.remove());

  it('gives an access token that says when it ends and whose it is', async () => {
    await put(
      `printf '%s ' "$@" > ${at('asked')}; pwd >> ${at('asked')}; env > ${at('env')}; echo '${JSON.stringify(whole)}'`,
    );
    assert.deepEqual(await grant(), {
      credential: { username: 'oauth2accesstoken', password: token },
      expiresAt: new Date('2026-01-01T12:00:00Z'),
      account: 'mira@example.com',
    });
    const asked = await readFile(at('asked'), 'utf8');
    assert.equal(asked, `config config-helper --format=json --min-expiry=20m --quiet ${at('home')}\n`);
    assert.doesNotMatch(await readFile(at('env'), 'utf8'), /ELECTRON/u);
  });

  it('need not say when it ends, or whose it is', async () => {
    for (const token_expiry of [undefined, null, '', 'soon']) {
      await print({ credential: { access_token: token, token_expiry }, configuration: { properties: {} } });
      assert.deepEqual(await grant(), { credential: { username: 'oauth2accesstoken', password: token } });
    }
  });

  it('that is none says how to sign in', async () => {
    await put(`echo "ERROR: You do not currently have an active account selected. ${token}" >&2; exit 1`);
    const message = 'gcloud failed with exit code 1. Sign in with “gcloud auth login” in a terminal, then try again.';
    assert.equal(await failure(), message);
    await put('kill -9 $$');
    assert.match(await failure(), /^gcloud failed with a crash\. /u);
  });

  it('tells nothing of an answer that is none', async () => {
    const message =
      'gcloud gave an answer without an access token. See in a terminal what “gcloud auth print-access-token” says.';
    for (const answer of [{}, null, [whole], { credential: {} }, { credential: { access_token: '' } }]) {
      await print(answer);
      assert.equal(await failure(), message);
    }
    for (const line of ['planted', '{"credential": {"access_token": "planted', '']) {
      await put(`printf '%s' '${line}'`);
      assert.equal(await failure(), message);
    }
    await print({ credential: { access_token: 'planted\nX-Header: x' } });
    assert.equal(await failure(), message);
    await put(`head -c 2000000 /dev/zero | tr '\\0' x`);
    assert.match(await failure(), /^gcloud gave an answer that is far too long\. /u);
  });

  it('is not looked for in a folder that is open', async () => {
    await print(whole);
    workspaceFolders = [at('bin')];
    env.PATH = at('bin');
    assert.equal(
      await failure(),
      `gcloud is in a folder that is open here, and what a folder brings along is not run. Sign in with a key file or an access token.`,
    );
    env.PATH = at('nowhere');
    assert.equal(
      await failure(),
      'gcloud is not on PATH. Put it on the PATH that VS Code has, or sign in with a key file or an access token.',
    );
  });

  it('that hangs is killed with what it started, when its time is over or it is given up', async () => {
    await put(`sleep 1000 & echo $! > ${at('pid')}; wait`);
    const pid = (): Promise<number> =>
      until('it runs', async () => Number(await readFile(at('pid'), 'utf8')) || undefined);
    const ended = (process: number): Promise<unknown> => until('it is killed', () => !processExists(process));
    const slow = failure();
    const first = await pid();
    clock.advance(60_000);
    assert.match(await slow, /^gcloud gave no answer within 60 seconds\. /u);
    await ended(first);
    await writeFile(at('pid'), '');
    const stop = new AbortController();
    const given = grant(stop.signal);
    const second = await pid();
    stop.abort();
    await assert.rejects(given, CancelledError);
    await ended(second);
  });
});
