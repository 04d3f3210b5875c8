import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir, prepared } from '../../support/cache.ts';

const module = join(import.meta.dirname, '../../support/cache.ts');

describe('the cache', () => {
  const before = { ...process.env };
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docker-push-test-'));
    process.env.DOCKER_PUSH_CACHE = folder;
  });
  afterEach(async () => {
    process.env = { ...before };
    await rm(folder, { recursive: true });
  });

  it('lies where its variable says, else in the cache folder of the person', () => {
    process.env.DOCKER_PUSH_CACHE = join(folder, 'own');
    assert.equal(cacheDir(), join(folder, 'own'));
    delete process.env.DOCKER_PUSH_CACHE;
    process.env.XDG_CACHE_HOME = join(folder, 'xdg');
    assert.equal(cacheDir(), join(folder, 'xdg/docker-push'));
    delete process.env.XDG_CACHE_HOME;
    process.env.HOME = join(folder, 'home');
    assert.equal(cacheDir(), join(folder, 'home/.cache/docker-push'));
  });

  it('builds a folder once, and again for another version', async () => {
    const built: string[] = [];
    const get = (version: string): Promise<string> =>
      prepared('thing', version, async (dir) => {
        built.push(version);
        await writeFile(join(dir, 'file'), version);
      });
    assert.equal(await get('1'), await get('1'));
    assert.equal(await readFile(join(await get('2'), 'file'), 'utf8'), '2');
    assert.deepEqual(built, ['1', '2']);
  });

  it('builds once for two who ask at the same time in one process', async () => {
    let built = 0;
    const get = (): Promise<string> =>
      prepared('thing', '1', () => {
        built++;
        return Promise.resolve();
      });
    const [first, second] = await Promise.all([get(), get()]);
    assert.equal(first, second);
    assert.equal(built, 1);
  });

  it('gives two processes that build at the same time one whole folder, and keeps no other', async () => {
    // Each waits until the other has begun too, so that both surely build.
    const source = `
      import { existsSync, writeFileSync } from 'node:fs';
      import { setTimeout } from 'node:timers/promises';
      import { prepared } from ${JSON.stringify(module)};
      const [me, other] = process.argv.slice(1);
      console.log(await prepared('thing', '1', async (dir) => {
        writeFileSync(me, '');
        while (!existsSync(other)) await setTimeout(5);
        writeFileSync(dir + '/a', me);
        writeFileSync(dir + '/b', me);
      }));`;
    const signs = await mkdtemp(join(tmpdir(), 'docker-push-test-'));
    const [one, two] = [join(signs, 'one'), join(signs, 'two')];
    const outputs = await Promise.all([node(source, one, two), node(source, two, one)]);
    await rm(signs, { recursive: true });

    assert.equal(outputs[0], outputs[1]);
    assert.deepEqual(await readdir(folder), ['thing-1']);
    const [a, b] = await Promise.all(['a', 'b'].map((file) => readFile(join(folder, 'thing-1', file), 'utf8')));
    assert.equal(a, b);
  });

  it('never uses what a killed process left half-built, and removes it', async () => {
    const source = `
      import { writeFileSync } from 'node:fs';
      import { prepared } from ${JSON.stringify(module)};
      await prepared('thing', '1', async (dir) => {
        writeFileSync(dir + '/half', '');
        console.log('half');
        setInterval(() => {}, 1000);
        await new Promise(() => {});
      });`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], { stdio: 'pipe' });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal((await readdir(folder)).length, 1);

    const path = await prepared('thing', '1', (dir) => writeFile(join(dir, 'whole'), ''));

    assert.deepEqual(await readdir(path), ['whole']);
    assert.deepEqual(await readdir(folder), ['thing-1']);
  });

  it('leaves alone what a living process is still building', async () => {
    const living = `thing-1.${process.pid}.abcdef`;
    await mkdir(join(folder, living));
    await prepared('thing', '1', () => Promise.resolve());
    assert.deepEqual((await readdir(folder)).sort(), ['thing-1', living]);
  });

  it('keeps nothing of a build that failed, and builds anew', async () => {
    const failing = prepared('thing', '1', async (dir) => {
      await writeFile(join(dir, 'half'), '');
      throw new Error('no network');
    });
    await assert.rejects(failing, /no network/);
    assert.deepEqual(await readdir(folder), []);
    await prepared('thing', '1', () => Promise.resolve());
    assert.deepEqual(await readdir(folder), ['thing-1']);
  });
});

async function node(source: string, ...args: string[]): Promise<string> {
  const options = ['--input-type=module-typescript', '-e', source, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  return stdout;
}
