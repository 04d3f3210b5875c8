import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PushHistory } from '../../../src/push/index.ts';
import { collectingLog, pushedRecord, record } from './parts.ts';

describe('the history of pushes', () => {
  let folder: string;
  let log: ReturnType<typeof collectingLog>;
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'docker-push-history-')), 'pushes');
    log = collectingLog();
  });
  afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));
  const open = () => new PushHistory(folder, log);

  it('is empty before the first push', async () => assert.deepEqual(await open().all(), []));

  it('gives back what was written, the newest first, to whoever reads it', async () => {
    const all = [record('p-a', 1_000), record('p-b', 20_000), record('p-c', 3_000)];
    for (const one of all) await open().write(one);
    assert.deepEqual(
      (await open().all()).map(({ id }) => id),
      ['p-b', 'p-c', 'p-a'],
    );
    assert.deepEqual((await open().all())[2], all[0]);
  });

  it('puts the end of a push in the place of its beginning, also where another window wrote it', async () => {
    const [mine, others] = [open(), open()];
    await others.write(record('p-a', 1_000, false));
    assert.equal((await mine.all())[0]?.result, undefined);
    await others.write(record('p-a', 1_000));
    assert.equal((await mine.all())[0]?.result?.outcome, 'pushed');
    assert.equal((await readdir(folder)).length, 1);
  });

  it('loses nothing of windows that write at the same time', async () => {
    const windows = [open(), open(), open()];
    await Promise.all(
      windows.flatMap((window, w) =>
        Array.from({ length: 20 }, (_, index) => window.write(record(`p-${w}-${index}`, 1_000 + index))),
      ),
    );
    assert.equal((await open().all()).length, 60);
  });

  it('passes over what is damaged, and says so in the log alone', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, '000000000002000-p-x.json'), '{"id":');
    await writeFile(path.join(folder, '000000000003000-p-y.json'), '{"id":"p-y","at":1}');
    await open().write(record('p-a', 1_000));
    const history = open();
    assert.deepEqual(
      (await history.all()).map(({ id }) => id),
      ['p-a'],
    );
    assert.equal((await history.all()).length, 1);
    assert.equal(log.lines.filter((line) => line.startsWith('[debug]')).length, 2);
  });

  it('refuses a target that is none: it would be pushed to again', async () => {
    await open().write({ ...record('p-a', 1_000), target: 'api' });
    assert.deepEqual(await open().all(), []);
  });

  it('keeps the newest two hundred', async () => {
    const history = open();
    for (let index = 0; index < 203; index++) await history.write(record(`p-${index}`, 1_000 + index));
    const all = await history.all();
    assert.equal(all.length, 200);
    assert.equal(all.at(-1)?.id, 'p-3');
  });

  it('keeps with them the last that reached each target', async () => {
    const history = open();
    const target = 'registry.example/team/web:1.0';
    for (const [index, id] of ['p-older', 'p-last'].entries())
      await history.write({ ...pushedRecord(id, 100 + index), target });
    // And of which the engine alone said so, since that.
    const { result, ...cut } = pushedRecord('p-unsure', 102);
    const error = { code: 'engine-lost', side: 'engine', message: 'The engine stopped answering.' } as const;
    const facts = { id: result.id, target, durationMs: 5, warnings: [], outcome: 'unknown', error } as const;
    await history.write({ ...cut, target, result: { ...facts, engineDigest: result.digest } });
    await history.write({ ...cut, id: 'p-cut', at: 103, target, result: facts });
    for (let index = 0; index < 203; index++) await history.write(record(`p-${index}`, 1_000 + index));
    const all = await history.all();
    assert.deepEqual(
      all.slice(200).map(({ id }) => id),
      ['p-unsure', 'p-last'],
    );
  });

  it('forgets what has ended, and keeps what runs', async () => {
    const history = open();
    await history.write(record('p-a', 1_000));
    await history.write(record('p-b', 2_000, false));
    await history.clear();
    assert.deepEqual(
      (await history.all()).map(({ id }) => id),
      ['p-b'],
    );
  });

  it('removes with it what is damaged, and what only looks like a record', async () => {
    await open().write(record('p-b', 2_000, false));
    await writeFile(path.join(folder, '000000000002000-p-x.json'), '{"id":');
    await mkdir(path.join(folder, '000000000003000-p-y.json'));
    const history = open();
    await history.all();
    await history.clear();
    assert.deepEqual(await readdir(folder), ['000000000002000-p-b.json']);
  });

  it('does not forget one that runs because it could not be read once', async () => {
    const running = record('p-b', 2_000, false);
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, '000000000002000-p-b.json');
    await mkdir(file);
    const history = open();
    assert.deepEqual(await history.all(), []);
    await rm(file, { recursive: true });
    await open().write(running);
    await history.clear();
    assert.deepEqual(await history.all(), [running]);
  });

  it('counts what is damaged for nothing, and keeps what runs however old', async () => {
    const history = open();
    await mkdir(folder, { recursive: true });
    for (let index = 0; index < 5; index++)
      await writeFile(path.join(folder, `00000000900000${index}-p-x.json`), 'nothing');
    await history.write(record('p-runs', 1, false));
    for (let index = 0; index < 199; index++) await history.write(record(`p-${index}`, 1_000 + index));
    assert.equal((await history.all()).length, 200);
    await history.write(record('p-199', 1_199));
    const all = (await history.all()).map(({ id }) => id);
    assert.deepEqual([all.includes('p-runs'), all.includes('p-0')], [true, true]);
    for (const index of [200, 201]) await history.write(record(`p-${index}`, 1_000 + index));
    assert.ok((await history.all()).some(({ id }) => id === 'p-runs'));
  });

  it('removes what a killed process was writing, once that is a day ago', async () => {
    const [old, young] = ['000000000001000-p-a.json.7.1.new', '000000000001000-p-b.json.7.1.new'];
    const leave = async (): Promise<void> => {
      for (const name of [old, young]) await writeFile(path.join(folder, name), '{');
      const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1_000);
      await utimes(path.join(folder, old), twoDaysAgo, twoDaysAgo);
    };
    await mkdir(folder, { recursive: true });
    await leave();
    await open().write(record('p-c', 1_000));
    assert.deepEqual(await readdir(folder), [young, '000000000001000-p-c.json'].sort());
    await leave();
    await open().clear();
    assert.deepEqual(await readdir(folder), [young]);
  });

  it('tells of what another window writes', async () => {
    const history = open();
    const told = new Promise<void>((resolve) => {
      void history.watch(resolve).then(async (watch) => {
        assert.ok(watch);
        await open().write(record('p-a', 1_000));
        await told;
        watch.dispose();
      });
    });
    await told;
  });

  it('spoils no push where it cannot be written', async () => {
    await mkdir(path.dirname(folder), { recursive: true });
    await writeFile(folder, 'a file is in the way');
    await open().write(record('p-a', 1_000));
    assert.match(log.lines.join('\n'), /\[warn\] The push p-a could not be kept/u);
    assert.equal(await open().watch(() => undefined), undefined);
  });
});
