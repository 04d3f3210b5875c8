import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CancelledError } from '../../../src/base/index.ts';
import { CredentialHelpers, CredentialsError } from '../../../src/credentials/index.ts';
import { until } from '../../support/until.ts';
import { HeldClock } from '../registry/held-clock.ts';
import { temporaryFolder } from './parts.ts';

const secret = 'planted-7f3a9c51';
const answer = JSON.stringify({ ServerURL: 'ghcr.io', Username: 'mira', Secret: secret });

describe('Docker’s credential helpers', function () {
  if (process.platform === 'win32') return; // The programs of these tests are shell scripts.

  let folder: { path: string; remove: () => Promise<void> };
  let clock: HeldClock;
  let env: Record<string, string | undefined>;
  let workspaceFolders: string[];
  let helpers: CredentialHelpers;
  const at = (...parts: string[]): string => path.join(folder.path, ...parts);
  /** A helper with this script. */
  const put = async (script: string, name = 'x', mode = 0o755): Promise<void> =>
    writeFile(at('bin', `docker-credential-${name}`), `#!/bin/sh\n${script}\n`, { mode });
  const get = (name = 'x', signal?: AbortSignal) => helpers.get(name, 'ghcr.io', signal);
  const failure = async (work: Promise<unknown>): Promise<string> => {
    const error: unknown = await work.then(
      () => assert.fail('it did not reject'),
      (reason: unknown) => reason,
    );
    if (!(error instanceof CredentialsError)) throw error;
    assert.equal(error.code, 'credential-helper-failed');
    assert.equal(error.side, 'credentials');
    assert.equal(error.cause, undefined);
    assert.ok(!error.message.includes('planted'), error.message);
    return error.message;
  };
  const failed = (why: string): string =>
    `docker-credential-x, which keeps Docker's sign-in to ghcr.io, ${why}. Sign in here, or see in a terminal what “docker login ghcr.io” says.`;

  beforeEach(async () => {
    folder = await temporaryFolder();
    await mkdir(at('bin'));
    await mkdir(at('home'));
    clock = new HeldClock();
    env = { ...process.env, PATH: `${at('bin')}:${process.env.PATH}` };
    workspaceFolders = [];
    const options = { platform: process.platform, home: at('home'), workspaceFolders: () => workspaceFolders, clock };
    helpers = new CredentialHelpers({ ...options, env });
  });
  afterEach(() => folder.remove());

  it('are told the address on stdin and what to do as the one argument, and asked once', async () => {
    await put(`printf '%s|' "$#" "$@" >> ${at('asked')}; cat >> ${at('asked')}; echo '${answer}'`);
    assert.deepEqual(await get(), { username: 'mira', password: secret });
    assert.equal(await readFile(at('asked'), 'utf8'), '1|get|ghcr.io');
  });

  it('need not read what they are told', async () => {
    await put(`exec <&-; echo '${answer}'`);
    assert.deepEqual(await get(), { username: 'mira', password: secret });
  });

  it('may have none', async () => {
    await put('echo "credentials not found in native keychain"; exit 1');
    assert.equal(await get(), undefined);
  });

  it('list the names that they have, without a secret', async () => {
    await put(`[ "$1" = list ] && [ "$(cat)" = unused ] && echo '{"ghcr.io":"mira"}'`);
    assert.deepEqual(await helpers.list('x'), new Map([['ghcr.io', 'mira']]));
    await put('echo "docker-credential-x: unknown action: list"; exit 1');
    assert.equal(
      await failure(helpers.list('x')),
      'docker-credential-x failed with exit code 1. Try “docker-credential-x list” in a terminal.',
    );
  });

  it('have the environment that the CLI would give them, without what the editor put there for itself', async () => {
    Object.assign(env, { AWS_PROFILE: 'work', ELECTRON_RUN_AS_NODE: '1', VSCODE_IPC_HOOK: '/x', GNUPGHOME: '/g' });
    await put(`env > ${at('env')}; echo '${answer}'`);
    await get();
    const lines = (await readFile(at('env'), 'utf8')).split('\n');
    for (const line of ['AWS_PROFILE=work', 'GNUPGHOME=/g', `PATH=${env.PATH}`]) assert.ok(lines.includes(line), line);
    assert.ok(!lines.some((line) => /^(ELECTRON|VSCODE)_/u.test(line)));
  });

  describe('run', () => {
    const where = async (): Promise<string> => {
      await put(`pwd -P > ${at('where')}; echo '${answer}'`);
      await get();
      return (await readFile(at('where'), 'utf8')).trimEnd();
    };

    it('in the user’s folder', async () => assert.equal(await where(), at('home')));
    it('elsewhere when that is open', async () => {
      workspaceFolders = [at('home')];
      assert.equal(await where(), tmpdir());
    });
    it('elsewhere when that is in an open folder, or not there', async () => {
      workspaceFolders = [at('other'), at('home', '..', 'home', 'x', '..')];
      assert.equal(await where(), tmpdir());
      workspaceFolders = [];
      const options = { platform: process.platform, home: at('gone'), workspaceFolders: () => [], clock, env };
      helpers = new CredentialHelpers(options);
      assert.equal(await where(), tmpdir());
    });
  });

  it('are not run from an open folder', async () => {
    await put(`touch ${at('ran')}; echo '${answer}'`);
    workspaceFolders = [folder.path];
    const why = 'is in a folder that is open here, and what a folder brings along is not run';
    assert.equal(await failure(get()), failed(why));
    await assert.rejects(readFile(at('ran')));
  });

  for (const name of ['../bin/x', '/bin/x', 'a b', 'x;y', '$(x)', 'x\n', '', 'x\\y', 'é', 'x'.repeat(101)])
    it(`are not run with the name ${JSON.stringify(name.slice(0, 20))}`, async () => {
      await put(`touch ${at('ran')}`);
      assert.match(await failure(get(name)), /^The Docker configuration names .* Correct credsStore or credHelpers/u);
      assert.match(await failure(helpers.list(name)), /Correct credsStore or credHelpers/u);
      await assert.rejects(readFile(at('ran')));
    });

  for (const name of ['desktop.exe', 'a-b_c.2'])
    it(`are run with the name ${name}`, async () => {
      await put(`echo '${answer}'`, name);
      assert.deepEqual(await get(name), { username: 'mira', password: secret });
    });

  describe('that fail are named, with what to do and nothing of what they wrote:', () => {
    it('missing', async () => assert.equal(await failure(get()), failed('is not on PATH')));

    it('not executable', async () => {
      await put(`echo '${answer}'`, 'x', 0o644);
      assert.equal(await failure(get()), failed('may not be executed'));
    });

    it('not a program', async () => {
      await writeFile(at('bin', 'docker-credential-x'), '#!/nowhere/interpreter\n', { mode: 0o755 });
      assert.equal(await failure(get()), failed('could not be started (ENOENT)'));
    });

    const failures: [what: string, script: string, why: string][] = [
      ['unknown words', `echo cannot open ${secret}; exit 1`, 'failed with exit code 1'],
      ['known words', 'echo no credentials server URL; exit 1', 'failed with exit code 1: no credentials server URL'],
      ['a secret on stderr', `echo ${secret} >&2; exit 4`, 'failed with exit code 4'],
      ['garbage', `echo '{"Username":"mira","Secret":"${secret}'`, 'gave an answer that is no credential'],
      ['nothing', '', 'gave an answer that is no credential'],
      ['a crash', `echo '${answer}'; kill -9 $$`, 'failed with a crash'],
      ['no end', `while echo ${secret}; do :; done`, 'gave an answer that is far too long'],
    ];
    for (const [what, script, why] of failures)
      it(what, async () => {
        await put(script);
        assert.equal(await failure(get()), failed(why));
      });
  });

  it('may write to stderr what they like', async () => {
    await put(`echo ${secret} >&2; echo '${answer}'`);
    assert.deepEqual(await get(), { username: 'mira', password: secret });
  });

  it('may take their time, as a person at a dialog does', async () => {
    await put(`until [ -e ${at('go')} ]; do sleep 0.05; done; echo '${answer}'`);
    const asked = get();
    await until('it runs', () => clock.sleepers === 1);
    clock.advance(59_999);
    await writeFile(at('go'), '');
    assert.deepEqual(await asked, { username: 'mira', password: secret });
    assert.equal(clock.sleepers, 0);
  });

  describe('that hang', () => {
    /** Itself, and a child that holds its stdout. */
    const hang = 'sleep 1000 & echo $$ $! > pids.new; mv pids.new pids; wait';
    const pids = async (): Promise<number[]> =>
      (await until('it runs', () => readFile(at('home', 'pids'), 'utf8'))).trim().split(' ').map(Number);
    const allGone = async (running: number[]): Promise<void> => {
      assert.equal(running.length, 2);
      for (const pid of running) await until(`process ${pid} is gone`, async () => !(await isRunning(pid)));
    };

    it('are killed with their children after a minute', async () => {
      await put(hang);
      const asked = failure(get());
      const running = await pids();
      clock.advance(60_000);
      assert.equal(await asked, failed('gave no answer within 60 seconds'));
      await allGone(running);
    });

    it('are killed with their children when they are given up', async () => {
      await put(hang);
      const cancel = new AbortController();
      const asked = get('x', cancel.signal);
      const running = await pids();
      cancel.abort();
      await assert.rejects(asked, CancelledError);
      await allGone(running);
      assert.equal(clock.sleepers, 0);
    });

    it('are killed when only a child of theirs is left', async () => {
      await put(`sleep 1000 & echo $$ $! > pids.new; mv pids.new pids`);
      const asked = failure(get());
      const [, child = 0] = await pids();
      clock.advance(60_000);
      assert.equal(await asked, failed('gave no answer within 60 seconds'));
      await until(`process ${child} is gone`, async () => !(await isRunning(child)));
    });
  });

  it('are not started for who has given up already', async () => {
    await put(`touch ${at('ran')}; echo '${answer}'`);
    await assert.rejects(get('x', AbortSignal.abort()), CancelledError);
    await assert.rejects(readFile(at('ran')));
  });
});

/** One that was killed can stay as a zombie where the system's first process takes no note. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (status !== undefined) return !/\) Z /u.test(status);
  if (process.platform === 'linux') return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
