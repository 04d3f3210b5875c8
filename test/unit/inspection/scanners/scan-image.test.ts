import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CancelledError, type Clock, systemClock } from '../../../../src/base/index.ts';
import { runProgram } from '../../../../src/credentials/index.ts';
import {
  ScanError,
  type ScanErrorCode,
  scanImage,
  type ScannerId,
  type ScanParts,
  type ScanReport,
  type ScanSubject,
} from '../../../../src/inspection/index.ts';
import { makeRunFolder, type RunFolder } from '../../../support/run-folder.ts';
import { makeStandIn, type StandIn } from '../../../support/stand-in-program.ts';
import { until } from '../../../support/until.ts';
import { grypeReport, scoutReport, scoutRules, trivyReport } from './reports.ts';

const subject: ScanSubject = {
  kind: 'engine',
  image: 'localhost:5000/api:1',
  environment: { DOCKER_HOST: 'unix:///run/one.sock' },
};
const trivyArgs = 'image --format json --scanners vuln --no-progress --timeout 29m'.split(' ');
const args: Record<ScannerId, readonly string[]> = {
  trivy: [...trivyArgs, '--image-src', 'docker', '--', 'localhost:5000/api:1'],
  grype: ['--output', 'json', '--', 'docker:localhost:5000/api:1'],
  'docker-scout': ['scout', 'cves', '--format', 'sarif', '--output', '<report>', 'local://localhost:5000/api:1'],
};
const scout = JSON.stringify(scoutReport(...Object.values(scoutRules)));
const good: Record<ScannerId, Pick<StandIn, 'stdout' | 'report'>> = {
  trivy: { stdout: JSON.stringify(trivyReport) },
  grype: { stdout: JSON.stringify(grypeReport) },
  // https://github.com/docker/scout-cli/issues/78
  'docker-scout': { stdout: '    i New version 1.18.1 available\n', report: scout },
};
const ids = Object.keys(args) as ScannerId[];

describe('a scan of an image', function () {
  let folder: RunFolder;
  beforeEach(async () => {
    folder = await makeRunFolder();
  });
  afterEach(() => folder.remove());

  const scan = async (
    scanner: ScannerId,
    standIn: Partial<StandIn>,
    parts: Partial<ScanParts> = {},
    of: ScanSubject = subject,
    signal?: AbortSignal,
  ): Promise<ScanReport> => {
    const program = await makeStandIn(folder.path, scanner, { args: args[scanner], ...standIn });
    const env = { PATH: process.env.PATH, HOME: folder.path };
    const place = { cwd: folder.path, temporaryFolder: folder.path, clock: systemClock, env };
    try {
      return await scanImage(of, { scanner, program, run: runProgram, ...place, ...parts }, signal);
    } finally {
      assert.deepEqual(
        readdirSync(folder.path).filter((name) => name.startsWith('docker-push-scan-')),
        [],
      );
    }
  };
  const refused = (code: ScanErrorCode, words: RegExp) => (error: unknown) => {
    assert.ok(error instanceof ScanError, String(error));
    assert.deepEqual([error.code, words.test(error.message) || error.message], [code, true]);
    return true;
  };

  for (const id of ids)
    it(`is read from ${id}, which is told the engine and nothing of another`, async () => {
      const env = {
        PATH: process.env.PATH,
        HTTPS_PROXY: 'http://proxy:1',
        TRIVY_SKIP_DB_UPDATE: 'true',
        GRYPE_DB_AUTO_UPDATE: 'false',
        TRIVY_SKIP_VERSION_CHECK: 'false',
        TRIVY_OUTPUT: '/elsewhere',
        GRYPE_FILE: '/elsewhere',
        DOCKER_HOST: 'tcp://other:2376',
        DOCKER_CONTEXT: 'other',
        DOCKER_TLS_VERIFY: '1',
        DOCKER_CERT_PATH: '/certs',
      };
      const expected = {
        HTTPS_PROXY: 'http://proxy:1',
        TRIVY_SKIP_DB_UPDATE: 'true',
        GRYPE_DB_AUTO_UPDATE: 'false',
        TRIVY_SKIP_VERSION_CHECK: 'false',
        DOCKER_HOST: 'unix:///run/one.sock',
        DOCKER_CONTEXT: undefined,
        DOCKER_TLS_VERIFY: undefined,
        DOCKER_CERT_PATH: undefined,
        ...{
          trivy: { TRIVY_OUTPUT: undefined, TRIVY_DISABLE_TELEMETRY: 'true' },
          grype: { GRYPE_FILE: undefined, GRYPE_CHECK_FOR_APP_UPDATE: 'false' },
          'docker-scout': { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: 'docker', DOCKER_SCOUT_NEW_VERSION_WARN: 'false' },
        }[id],
      };
      const report = await scan(id, { ...good[id], env: expected }, { env });
      const [number, version] = { trivy: [2], grype: [2, '0.118.0'], 'docker-scout': [6, '1.18.3'] }[id];
      assert.deepEqual([report.vulnerabilities.length, report.version], [number, version]);
      assert.ok(['critical', 'high'].includes(report.vulnerabilities[0]?.severity ?? ''));
    });

  it('is one of an archive', async () => {
    const archive: ScanSubject = { kind: 'archive', file: '/tmp/saved image.tar' };
    await scan('trivy', { ...good.trivy, args: [...trivyArgs, '--input', archive.file] }, {}, archive);
    const grype = ['--output', 'json', '--', `docker-archive:${archive.file}`];
    await scan('grype', { ...good.grype, args: grype }, {}, archive);
    const scoutArgs = [...args['docker-scout'].slice(0, -1), `archive://${archive.file}`];
    await scan('docker-scout', { ...good['docker-scout'], args: scoutArgs }, {}, archive);
  });

  const names = ['--config=/etc/x', '-v', '', 'a b', 'a;b', 'a\nb', '../x', 'x'.repeat(600), '$(x)'];
  for (const image of names)
    it(`gives no scanner the name ${JSON.stringify(image.slice(0, 20))}`, async () => {
      for (const id of ids)
        await assert.rejects(scan(id, good[id], {}, { ...subject, image }), refused('scanner-failed', /name/u));
    });
  for (const file of ['--config', 'image.tar', '', '/a\0b'])
    it(`gives no scanner the file ${JSON.stringify(file)}`, async () => {
      for (const id of ids)
        await assert.rejects(scan(id, good[id], {}, { kind: 'archive', file }), refused('scanner-failed', /absolute/u));
    });

  describe('that ends', () => {
    const ends: [scanner: ScannerId, code: number, standIn: Partial<StandIn>, as: 'report' | ScanErrorCode][] = [
      ['trivy', 5, good.trivy, 'report'],
      ['trivy', 1, { stdout: '' }, 'scanner-failed'],
      ['trivy', 0, { stdout: '' }, 'scanner-output'],
      ['grype', 1, good.grype, 'report'],
      ['grype', 2, good.grype, 'report'],
      ['grype', 1, { stdout: 'no' }, 'scanner-failed'],
      ['grype', 100, good.grype, 'scanner-failed'],
      ['grype', 0, { stdout: '{"matches": nonsense' }, 'scanner-output'],
      ['docker-scout', 2, good['docker-scout'], 'report'],
      ['docker-scout', 1, good['docker-scout'], 'scanner-failed'],
      ['docker-scout', 2, {}, 'scanner-failed'],
      ['docker-scout', 0, { stdout: scout }, 'scanner-output'],
      ['docker-scout', 0, { report: '' }, 'scanner-output'],
    ];
    for (const [id, code, standIn, as] of ends)
      it(`with ${code} and ${standIn.report || standIn.stdout ? 'output' : 'nothing'} of ${id} is a ${as}`, async () => {
        const scanning = scan(id, { ...standIn, code });
        if (as === 'report') assert.ok((await scanning).vulnerabilities.length > 0);
        else await assert.rejects(scanning, refused(as, code === 0 ? /no report/u : new RegExp(`with ${code}`, 'u')));
      });

    it('by a signal is none, whatever was written', () =>
      assert.rejects(scan('trivy', { ...good.trivy, signal: 'SIGKILL' }), refused('scanner-killed', /signal/u)));

    it('before it begins names the system’s reason', () =>
      assert.rejects(scan('trivy', {}, { program: '/nowhere/trivy' }), refused('scanner-missing', /ENOENT/u)));
  });

  describe('that fails', () => {
    const words: [scanner: ScannerId, words: string, remedy: RegExp][] = [
      [
        'grype',
        'db could not be loaded: the vulnerability database was built 9 days ago (max allowed age is 5 days)',
        /too old.*grype db update.*GRYPE_DB_VALIDATE_AGE.*built 9 days ago/u,
      ],
      ['grype', 'failed to load vulnerability db: database does not exist', /grype db update.*does not exist/u],
      [
        'trivy',
        'FATAL\tFatal error\trun error: init error: DB error: --skip-db-update cannot be specified on the first run',
        /--download-db-only.*first run/u,
      ],
      [
        'trivy',
        'FATAL\tsomething else',
        /^Trivy could not scan the image \(it ended with 1\)\. It said: FATAL something else$/u,
      ],
      ['docker-scout', 'Log in with your Docker ID or email address to use docker scout.', /docker login.*Log in/u],
    ];
    for (const [id, said, expected] of words)
      it(`has ${id}’s own words and what helps: ${said.slice(0, 40)}`, () =>
        assert.rejects(scan(id, { stderr: [`${said}\n`], code: 1 }), refused('scanner-failed', expected)));

    it('has the words that Docker Scout writes to stdout', () =>
      assert.rejects(
        scan('docker-scout', { stdout: 'Log in with your Docker ID\n', code: 1 }),
        refused('scanner-failed', /docker login/u),
      ));

    it('has the last words alone, of many', async () => {
      const stderr = Array.from({ length: 500 }, (_, line) => `line ${line} of ${'x'.repeat(1_000)}\n`);
      const error = await scan('trivy', { stderr, code: 1 }).catch((thrown: unknown) => thrown as Error);
      assert.ok(error instanceof ScanError);
      assert.ok(error.message.length < 2_000 && error.message.includes('line 49'), error.message);
    });
  });

  it('tells of its progress in plain lines, however they are cut', async () => {
    const lines: string[] = [];
    const stderr = ['one\ntw', 'o\r', '\u001b[32mthree\u001b[0m  3\r\n\n', 'https://ada:secret@host/x?token=1\nlast'];
    await scan('trivy', { ...good.trivy, stderr }, { onProgress: (line) => lines.push(line) });
    assert.deepEqual(lines, ['one', 'two', 'three 3', 'https://host/x?…', 'last']);
  });

  const told = ['ends', 'stays'] as const;
  for (const how of told)
    it(`that is cancelled is gone with all that it started, where it ${how} when told to end`, async () => {
      const file = path.join(folder.path, 'temporary');
      const stop = new AbortController();
      const pids: number[] = [];
      const onProgress = (line: string): void => {
        pids.push(...line.split(' ').slice(1).map(Number));
        stop.abort();
      };
      // The grace is over at once for who does not care; who does has all the time it needs.
      const clock: Clock = {
        now: () => 0,
        sleep: (milliseconds, signal) =>
          systemClock.sleep(how === 'stays' && milliseconds < 10_000 ? 200 : milliseconds, signal),
      };
      const standIn = { stays: { file, told: how } };
      await assert.rejects(scan('docker-scout', standIn, { onProgress, clock }, subject, stop.signal), CancelledError);
      assert.equal(pids.length, 2);
      assert.equal(existsSync(file), how === 'stays', 'it had the time to remove its file');
      for (const pid of pids) await until(`process ${pid} is gone`, () => !isAlive(pid), 5_000);
    });

  it('that takes too long is ended', async () => {
    const pids: number[] = [];
    const onProgress = (line: string): void => void pids.push(...line.split(' ').slice(1).map(Number));
    const clock: Clock = {
      now: () => 0,
      sleep: (milliseconds, signal) => {
        if (milliseconds < 10_000) return systemClock.sleep(milliseconds, signal);
        assert.equal(milliseconds, 30 * 60_000);
        return until('it has begun', () => pids.length === 2).then(() => undefined);
      },
    };
    const standIn: Partial<StandIn> = { stays: { file: path.join(folder.path, 'temporary'), told: 'ends' } };
    const within = /no report within 30 minutes/u;
    await assert.rejects(scan('grype', standIn, { onProgress, clock }), refused('scanner-killed', within));
    for (const pid of pids) await until(`process ${pid} is gone`, () => !isAlive(pid), 5_000);
  });

  it('that is cancelled before it begins does not begin', async () => {
    const program = path.join(folder.path, 'never');
    await assert.rejects(scan('trivy', good.trivy, { program }, subject, AbortSignal.abort()), CancelledError);
  });
});

/** What has ended and was not yet asked for its code is gone as well. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/u.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
