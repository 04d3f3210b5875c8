import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { CancelledError } from '../../../src/base/index.ts';
import { openEngine } from '../../../src/engine/index.ts';
import { parseReference, type TaggedReference } from '../../../src/reference/index.ts';
import { sshArguments } from '../../../src/engine/ssh-connection.ts';
import { selfSigned } from '../../support/certificate.ts';
import { processExists } from '../../support/process.ts';
import { makeRunFolder, type RunFolder } from '../../support/run-folder.ts';
import { until } from '../../support/until.ts';
import { chosenAt, introduces, says, startScript } from './scripted-engine.ts';

describe('an engine on TCP', () => {
  const list = ['GET /v1.41/images/json', says([])] as const;

  it('is asked by its own name', async () => {
    const script = await startScript([introduces('classic'), list], { tcp: {} });
    assert.deepEqual(await script.engine.listImages(), []);
    assert.equal(`tcp://${script.requests[0]?.headers.host ?? ''}`, script.chosen.address);
    await script.finish();
  });

  it('is asked over TLS where its certificate is trusted', async () => {
    const certificate = selfSigned(['127.0.0.1']);
    const script = await startScript([introduces('classic'), list], { tcp: { certificate, ca: certificate.cert } });
    assert.deepEqual(await script.engine.listImages(), []);
    await script.finish();
  });

  it('is asked over TLS unverified only where that was said', async () => {
    const certificate = selfSigned(['127.0.0.1']);
    const script = await startScript([introduces('classic'), list], { tcp: { certificate, verify: false } });
    assert.deepEqual(await script.engine.listImages(), []);
    await script.finish();
  });

  it('is not asked where its certificate is not trusted, or is another host’s', async () => {
    const own = selfSigned(['127.0.0.1']);
    const strange = selfSigned(['10.0.0.5']);
    for (const [certificate, ca] of [
      [own, selfSigned(['127.0.0.1']).cert],
      [strange, strange.cert],
    ] as const) {
      const script = await startScript([], { tcp: { certificate, ca } });
      await assert.rejects(script.engine.listImages(), { code: 'engine-unreachable', reason: 'tls' });
      await script.finish();
    }
  });

  it('is not there', async () => {
    const script = await startScript([], { tcp: {} });
    await script.finish();
    const engine = openEngine(script.chosen);
    await assert.rejects(engine.ping(), { code: 'engine-unreachable', reason: 'refused' });
    engine.dispose();
  });
});

describe('sshArguments', () => {
  it('gives ssh fixed words, the host after a double dash, and no shell anything to read', () => {
    const words = (endpoint: Parameters<typeof sshArguments>[0]): string => sshArguments(endpoint).join(' ');
    assert.match(words({ kind: 'ssh', host: 'build' }), /^-T -o BatchMode=yes .* -- build docker system dial-stdio$/);
    assert.match(
      words({ kind: 'ssh', user: 'kim', host: 'build', port: 22, socketPath: '/run/d.sock' }),
      / -l kim -p 22 -- build docker --host unix:\/\/\/run\/d\.sock system dial-stdio$/,
    );
  });
});

describe('an engine over ssh', function () {
  let folder: RunFolder;
  const path = process.env.PATH;

  /** Puts a program called ssh first on PATH, which writes down its process and arguments. */
  const bringSsh = async (program: string): Promise<void> => {
    const called = JSON.stringify(join(folder.path, 'called'));
    // Renamed into place, so that nobody reads half of it.
    const start = `const fs = require('node:fs');
      fs.writeFileSync(${called} + '.new', JSON.stringify([process.pid, process.argv.slice(2)]));
      fs.renameSync(${called} + '.new', ${called});`;
    const file = join(folder.path, 'ssh');
    await writeFile(file, `#!${process.execPath}\n${start}\n${program}`);
    await chmod(file, 0o755);
    process.env.PATH = folder.path + delimiter + (path ?? '');
  };
  const called = async (): Promise<[pid: number, args: string[]]> =>
    JSON.parse(await readFile(join(folder.path, 'called'), 'utf8')) as [number, string[]];
  const gone = async (pid: number): Promise<void> => {
    await until(`process ${pid} is gone`, () => !processExists(pid), 15_000);
  };

  beforeEach(async () => {
    folder = await makeRunFolder();
  });
  afterEach(async () => {
    process.env.PATH = path;
    await folder.remove();
  });

  it('is asked through one ssh process, which ends when the engine is let go', async () => {
    const script = await startScript([
      introduces('classic'),
      ['GET /v1.41/images/json', says([])],
      ['GET /v1.41/images/json', says([{ Id: 'x'.repeat(200_000), Size: 1 }])],
    ]);
    const { endpoint } = script.chosen;
    assert(endpoint.kind === 'unix');
    await bringSsh(
      `const s = require('node:net').connect(${JSON.stringify(endpoint.path)}); process.stdin.pipe(s).pipe(process.stdout);`,
    );
    const engine = openEngine(await chosenAt('ssh://kim@build'));
    assert.deepEqual(await engine.listImages(), []);
    const [pid, args] = await called();
    assert.deepEqual(args.slice(-7), ['-l', 'kim', '--', 'build', 'docker', 'system', 'dial-stdio']);
    assert.equal((await engine.listImages())[0]?.id.length, 200_000);
    assert.equal((await called())[0], pid);
    engine.dispose();
    await gone(pid);
    await script.finish();
  });

  it('cannot be reached: what ssh says is told', async () => {
    await bringSsh(`console.error('kim@build: Permission denied (publickey).'); process.exit(255);`);
    const engine = openEngine(await chosenAt('ssh://kim@build'));
    await assert.rejects(engine.listImages(), {
      code: 'engine-unreachable',
      reason: 'ssh',
      message: /ssh:\/\/kim@build .*Permission denied \(publickey\)/,
    });
    engine.dispose();
  });

  it('cannot be reached: ssh says nothing, or is not there', async () => {
    await bringSsh(`process.exit(3);`);
    const engine = openEngine(await chosenAt('ssh://build'));
    await assert.rejects(engine.ping(), { reason: 'ssh', message: /code 3/ });
    process.env.PATH = '/nowhere';
    await assert.rejects(engine.ping(), { reason: 'ssh', message: /cannot be run/ });
    engine.dispose();
  });

  it('is lost when ssh ends within an answer', async () => {
    await bringSsh(
      `process.stdout.write('HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nO', () => process.exit(255));`,
    );
    const engine = openEngine(await chosenAt('ssh://build'));
    await assert.rejects(engine.ping(), { code: 'engine-lost' });
    engine.dispose();
  });

  it('is heard to the end of its answer, though ssh has ended and the reader is slow', async () => {
    const row = '{"status":"Pushed","id":"a"}\\n';
    const header = (bytes: string): string => `'HTTP/1.1 200 OK\\r\\nContent-Length: ' + ${bytes} + '\\r\\n\\r\\n'`;
    await bringSsh(`
      const version = JSON.stringify({ Version: 'x', ApiVersion: '1.41' });
      const rows = '${row}'.repeat(20_000);
      process.stdin.once('data', () => {
        process.stdout.write(${header('version.length')} + version);
        process.stdin.once('data', () => process.stdout.write(${header('rows.length')} + rows, () => process.exit(0)));
      });`);
    const engine = openEngine(await chosenAt('ssh://build'));
    const target = parseReference('127.0.0.1:5000/a/b:1') as TaggedReference;
    let rows = 0;
    for await (const event of engine.pushImage(target, {})) {
      assert.equal(event.type, 'layer');
      rows += 1;
      if (rows % 500 === 0) await new Promise(setImmediate);
    }
    assert.equal(rows, 20_000);
    engine.dispose();
  });

  it('is asked through a new ssh process when the first one has left', async () => {
    await bringSsh(`process.stdin.once('data', () =>
      process.stdout.write('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nOK', () => process.exit(0)));`);
    const engine = openEngine(await chosenAt('ssh://build'));
    await engine.ping();
    const [first] = await called();
    await gone(first);
    // Its end is known here a moment after it is gone.
    const answers = (): Promise<boolean> =>
      engine.ping().then(
        () => true,
        () => false,
      );
    await until('another ssh is asked', answers, 15_000);
    assert.notEqual((await called())[0], first);
    engine.dispose();
  });

  it('is left: aborting ends the ssh process', async () => {
    await bringSsh(
      `process.stdin.once('data', () => process.stdout.write('HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nO'));`,
    );
    const engine = openEngine(await chosenAt('ssh://build'));
    const stop = new AbortController();
    const asking = assert.rejects(engine.ping(stop.signal), CancelledError);
    await until('ssh is called', () => existsSync(join(folder.path, 'called')), 15_000);
    const [pid] = await called();
    stop.abort();
    await asking;
    await gone(pid);
    engine.dispose();
  });
});
