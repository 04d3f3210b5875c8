import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PushesModel } from '../../../src/editor/pushes-model.ts';
import {
  type ProcessSign,
  PushHistory,
  PushQueue,
  type PushRecord,
  type PushResult,
  signOf,
} from '../../../src/push/index.ts';
import { collectingLog, image, imageId, pushedRecord, record } from '../push/parts.ts';
import { type RunningProcess, startProcess } from '../../support/process.ts';
import { until } from '../../support/until.ts';

const target = 'registry.example/team/api:1.0';

describe('the pushes of a window', () => {
  let folder: string;
  let log: ReturnType<typeof collectingLog>;
  let models: PushesModel[];
  /** Cut-off pushes that the registry was asked about. */
  let asked: string[];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'docker-push-pushes-'));
    log = collectingLog();
    [models, asked] = [[], []];
  });
  afterEach(async () => {
    for (const model of models) model.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const history = () => new PushHistory(folder, log);
  const conclude = ({ id }: PushRecord): Promise<PushResult> => {
    asked.push(id);
    return Promise.resolve(pushedRecord(id).result);
  };
  const open = (sign?: ProcessSign): PushesModel => {
    const parts = { history: () => Promise.resolve(history()), conclude, log };
    const model = new PushesModel({ ...parts, ...(sign && { sign }) });
    models.push(model);
    return model;
  };
  /** The first record has its end. */
  const concluded = (): Promise<boolean> =>
    until('it is concluded', async () => (await history().all())[0]?.result !== undefined);
  /** A process that does nothing, as another window's. */
  const anotherProcess = (): Promise<RunningProcess> =>
    startProcess({
      name: 'Another window',
      command: process.execPath,
      args: ['-e', 'setInterval(() => undefined, 1000); process.stdout.write("ready")'],
      cwd: folder,
      logFile: path.join(folder, 'other.log'),
      ready: (output) => output.includes('ready'),
    });
  const begin = (model: PushesModel, id = 'p-1', to = target) => {
    const push = { id, image: 'api:1.0', target: to, cancel: () => undefined };
    return model.begin({ ...push, platform: undefined, overwrite: undefined });
  };

  it('show one that waits, runs and ends, and keep it', async () => {
    const model = open();
    let changes = 0;
    model.onChange(() => changes++);
    const push = begin(model);
    assert.deepEqual([model.live[0]?.phase, changes], ['queued', 1]);
    push.started();
    assert.equal(model.live[0]?.phase, 'running');
    push.planned(image, 'mira (stored here)', 'here');
    push.progressed({ phase: 'sending', percent: 40 }, () => [{ id: 'abc', state: 'sending' }]);
    assert.equal(model.live[0].progress?.percent, 40);
    assert.deepEqual(model.live[0].layers(), [{ id: 'abc', state: 'sending' }]);
    push.log.info('layer abc sent');
    push.log.debug('not worth keeping');
    await push.ended(pushedRecord('p-1').result);
    assert.deepEqual(model.live, []);
    const [kept, ...more] = await open().load();
    assert.deepEqual(more, []);
    assert.ok(kept);
    assert.deepEqual(kept.image, { name: 'api:1.0', id: imageId, configDigest: imageId });
    assert.deepEqual([kept.account, kept.result?.outcome], ['mira (stored here)', 'pushed']);
    assert.equal(kept.log.length, 1);
    assert.match(kept.log[0] ?? '', /\[info\] layer abc sent$/u);
    assert.deepEqual(
      model.past.map(({ id }) => id),
      ['p-1'],
    );
  });

  it('keep the last hundred lines of a talkative one', async () => {
    const model = open();
    const push = begin(model);
    for (let line = 0; line < 300; line++) push.log.info(`line ${line}`);
    await push.ended(pushedRecord('p-1').result);
    const [kept] = await model.load();
    assert.equal(kept?.log.length, 100);
    assert.match(kept.log.at(-1) ?? '', /line 299$/u);
  });

  it('ask the registry once about one that was cut off', async () => {
    // No process has this number: it is beyond what any system gives.
    await history().write({ ...record('p-cut', Date.now(), false), pid: 2 ** 31 - 2 });
    const model = open();
    await Promise.all([model.load(), model.load()]);
    await until('it is concluded', () => Promise.resolve(model.past[0]?.result?.outcome === 'pushed'));
    assert.deepEqual(asked, ['p-cut']);
    await model.load();
    assert.deepEqual(asked, ['p-cut']);
  });

  it('take one of before the machine started for cut off, whoever has its number now', async () => {
    await history().write({ ...record('p-old', 1_000, false), pid: process.ppid });
    await open().load();
    assert.deepEqual(asked, ['p-old']);
    await concluded();
  });

  it('leave alone what another window runs, until that has gone', async () => {
    const other = await anotherProcess();
    await history().write({ ...record('p-other', Date.now(), false), pid: other.pid });
    const model = open();
    await model.load();
    assert.deepEqual([asked, model.past[0]?.result], [[], undefined]);
    await other.stop();
    await until('it is asked about', () => Promise.resolve(asked.includes('p-other')));
    await concluded();
  });

  it('take one for cut off whose number another process has now', async function () {
    const other = await anotherProcess();
    const sign = await signOf(other.pid);
    if (sign.started === undefined) {
      await other.stop();
      this.skip();
    }
    await history().write({ ...record('p-old', Date.now(), false), ...sign, started: '1' });
    await history().write({ ...record('p-new', Date.now(), false), ...sign });
    await open().load();
    assert.deepEqual(asked, ['p-old']);
    await until('it is concluded', async () => (await history().all()).some(({ result }) => result));
    await other.stop();
  });

  it('follow what other windows do while somebody looks', async () => {
    const [mine, others] = [open(), open()];
    await mine.load();
    mine.look(true);
    const changed = new Promise<void>((resolve) => mine.onChange(() => resolve()));
    // The watch begins a moment later.
    const push = begin(others, 'p-theirs');
    await until('it is followed', async () => {
      push.planned(image, undefined, 'here');
      return Promise.race([changed.then(() => true), new Promise<false>((r) => setTimeout(() => r(false), 50))]);
    });
    assert.deepEqual(
      mine.past.map(({ id }) => id),
      ['p-theirs'],
    );
    await push.ended(pushedRecord('p-theirs').result);
    await until('its end is known', () => Promise.resolve(mine.past[0]?.result !== undefined));
  });

  it('tell of one that still waited when its window went, and never of one of their own', async () => {
    const mine = open();
    begin(mine, 'p-waits');
    await until('it is written', async () => (await history().all()).length === 1);
    await mine.load();
    assert.deepEqual(asked, []);
    // Another process with the number of one that is gone.
    await open().load();
    assert.deepEqual(asked, ['p-waits']);
    await concluded();
  });

  it('leave the result alone that a window which was just closing wrote itself', async () => {
    const { result, ...running } = pushedRecord('p-closing', Date.now());
    await history().write({ ...running, pid: 2 ** 31 - 2 });
    const failed: PushResult = { ...result, outcome: 'cancelled' };
    let conclude: (result: PushResult) => void = () => undefined;
    const looked = history();
    let looks = 0;
    const all = looked.all.bind(looked);
    looked.all = () => all().finally(() => (looks += 1));
    const model = new PushesModel({
      history: () => Promise.resolve(looked),
      conclude: () => new Promise((resolve) => (conclude = resolve)),
      log,
    });
    models.push(model);
    await model.load();
    await history().write({ ...running, result });
    const written: PushRecord[] = [];
    looked.write = (record) => Promise.resolve(void written.push(record));
    conclude(failed);
    await until('it has looked again', () => looks >= 2);
    await new Promise(setImmediate);
    assert.deepEqual(written, []);
  });

  it('show first what runs, and say when one is being stopped', async () => {
    const model = open();
    const [runs] = [begin(model, 'p-runs'), begin(model, 'p-waits')];
    runs.started();
    assert.deepEqual(
      model.live.map(({ id, phase }) => [id, phase]),
      [
        ['p-runs', 'running'],
        ['p-waits', 'queued'],
      ],
    );
    runs.cancelling();
    assert.equal(model.live[0]?.phase, 'cancelling');
    await until('both are written', async () => (await history().all()).length === 2);
  });

  it('keep no secret that an engine quotes', async () => {
    const model = open();
    const push = begin(model);
    const quoted = 'PUT https://registry.example/v2/x/blobs/uploads/1?_state=s3cr3t-state';
    push.log.error(quoted);
    const { result } = pushedRecord('p-1');
    const error = { code: 'push-refused', message: quoted, side: 'registry' } as const;
    await push.ended({ ...result, outcome: 'failed', error, warnings: [quoted] });
    const [kept] = await history().all();
    assert.doesNotMatch(JSON.stringify(kept), /s3cr3t-state/u);
  });

  describe('of two windows to one target', () => {
    let other: RunningProcess;
    let queues: Map<PushesModel, PushQueue>;
    let running: string[];
    let ends: Map<string, () => void>;
    beforeEach(async () => {
      other = await anotherProcess();
      queues = new Map();
      running = [];
      ends = new Map();
    });
    afterEach(() => other.stop());

    /** As the pusher does it. */
    const push = async (
      model: PushesModel,
      id: string,
      signal = new AbortController().signal,
      places: readonly [target: string, ...more: string[]] = [target],
    ): Promise<void> => {
      const teller = begin(model, id, places[0]);
      const queue = queues.get(model) ?? new PushQueue(() => 2);
      queues.set(model, queue);
      const work = async (): Promise<void> => {
        teller.started();
        running.push(id);
        await new Promise<void>((resolve) => ends.set(id, resolve));
        running = running.filter((one) => one !== id);
      };
      const { result } = pushedRecord(id);
      try {
        await queue.run(places, signal, work, { gate: teller.turn });
        await teller.ended(result);
      } catch {
        await teller.ended({ ...result, outcome: 'cancelled' });
      }
    };
    const phaseOf = (model: PushesModel, id: string) => model.live.find((one) => one.id === id)?.phase;
    const runs = (id: string): Promise<boolean> => until(`${id} runs`, () => Promise.resolve(running.includes(id)));
    const waits = (model: PushesModel, id: string): Promise<boolean> =>
      until(`${id} waits`, () =>
        Promise.resolve(model.live.some((one) => one.id === id && one.waitsFor === 'another window')),
      );
    const windows = async (): Promise<[PushesModel, PushesModel]> => [open(), open(await signOf(other.pid))];

    it('let one go on at a time', async () => {
      const [mine, theirs] = await windows();
      const first = push(mine, 'p-mine');
      await runs('p-mine');
      const second = push(theirs, 'p-theirs');
      await waits(theirs, 'p-theirs');
      assert.deepEqual([running, phaseOf(theirs, 'p-theirs')], [['p-mine'], 'queued']);
      ends.get('p-mine')?.();
      await first;
      await runs('p-theirs');
      assert.equal(phaseOf(theirs, 'p-theirs'), 'running');
      ends.get('p-theirs')?.();
      await second;
    });

    it('let one leave that waits', async () => {
      const [mine, theirs] = await windows();
      const leaving = new AbortController();
      const first = push(mine, 'p-mine');
      await runs('p-mine');
      const second = push(theirs, 'p-theirs', leaving.signal);
      await waits(theirs, 'p-theirs');
      leaving.abort();
      await second;
      assert.deepEqual(running, ['p-mine']);
      ends.get('p-mine')?.();
      await first;
      const outcomes = (await history().all()).map(({ id, result }) => [id, result?.outcome]);
      assert.deepEqual(new Map(outcomes as [string, string][]).get('p-theirs'), 'cancelled');
    });

    it('go on when the other window is gone', async () => {
      const [mine, theirs] = await windows();
      void push(theirs, 'p-theirs');
      await runs('p-theirs');
      const second = push(mine, 'p-mine');
      await waits(mine, 'p-mine');
      await other.stop();
      running = [];
      await runs('p-mine');
      ends.get('p-mine')?.();
      await second;
      await until('both have ended', async () => (await history().all()).every(({ result }) => result));
      assert.deepEqual(asked, ['p-theirs']);
    });

    it('never wait for each other in a circle', async () => {
      const [mine, theirs] = await windows();
      const signal = new AbortController().signal;
      const other = `${target}-other`;
      const first = push(mine, 'p-first', signal, [other, 'image a']);
      await runs('p-first');
      const second = push(mine, 'p-second', signal, [target, 'image a']);
      // The other window asks a moment later.
      const { at } = mine.find('p-second')!;
      await until('it is written', async () => Date.now() > at && (await history().all()).length === 2);
      const across = push(theirs, 'p-across', signal);
      await waits(theirs, 'p-across');
      // Were it to pass the second in its own window, it would wait for the other one, and that for the second.
      const third = push(mine, 'p-third', signal, [target, 'image b']);
      for (const id of ['p-first', 'p-second', 'p-across', 'p-third']) {
        await runs(id);
        ends.get(id)?.();
      }
      await Promise.all([first, second, across, third]);
    });

    it('keep to the order within each, and never run two', async () => {
      const both = await windows();
      const ids = Array.from({ length: 10 }, (_, index) => `p-${index}`);
      const all = ids.map((id, index) => push(both[index % 2 === 0 ? 0 : 1], id));
      const order: string[] = [];
      while (order.length < ids.length) {
        await until('one runs', () => Promise.resolve(running.length > 0));
        assert.equal(running.length, 1);
        const [now = ''] = running;
        order.push(now);
        ends.get(now)?.();
        await until('it has ended', () => Promise.resolve(!running.includes(now)));
      }
      await Promise.all(all);
      for (const parity of [0, 1])
        assert.deepEqual(
          order.filter((id) => Number(id.slice(2)) % 2 === parity),
          ids.filter((_, index) => index % 2 === parity),
        );
    });
  });
});
