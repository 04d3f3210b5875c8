import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import path from 'node:path';
import { type Clock, systemClock } from '../../../src/base/index.ts';
import { EngineSession } from '../../../src/editor/engine-session.ts';
import { ImagesModel, type ImagesState } from '../../../src/editor/images-model.ts';
import { openDoor } from '../../support/engine-door.ts';
import { makeRunFolder, type RunFolder } from '../../support/run-folder.ts';
import { until } from '../../support/until.ts';

describe('looking for an engine', () => {
  let folder: RunFolder;
  let socket: string;
  let model: ImagesModel;
  let states: ImagesState[];
  let lines: string[];
  /** The pauses between attempts. They take no time here. */
  let pauses: number[];

  beforeEach(async () => {
    folder = await makeRunFolder();
    socket = path.join(folder.path, 'docker.sock');
    [states, lines, pauses] = [[], [], []];
    const clock: Clock = { ...systemClock, sleep: (milliseconds) => Promise.resolve(void pauses.push(milliseconds)) };
    const note = (line: string): void => void lines.push(line);
    const log = { trace: note, debug: () => undefined, info: note, warn: note, error: note };
    const session = new EngineSession(() => `unix://${socket}`, log);
    model = new ImagesModel(session, clock, log, {
      changed: (state) => void states.push(state),
      heard: () => undefined,
    });
  });
  afterEach(async () => {
    model.dispose();
    await folder.remove();
  });

  it('begins when somebody looks, and ends with one attempt', async () => {
    const door = await openDoor(socket);
    await model.sign();
    assert.equal(door.connections, 0);
    model.look('view', true);
    assert.equal((await model.settled()).kind, 'no-engine');
    assert.deepEqual([door.connections, pauses.length, states.length], [1, 0, 1]);
    await door.close();
  });

  it('is tried once more for a sign that brings nothing new, and that is neither drawn nor written down', async () => {
    const door = await openDoor(socket);
    model.look('view', true);
    await model.settled();
    for (const expected of [2, 3, 4]) {
      await model.sign();
      await until('an attempt is made', () => door.connections >= expected);
      assert.equal(door.connections, expected);
    }
    assert.deepEqual([pauses.length, states.length, lines.length], [0, 1, 1]);
    await door.close();
  });

  it('is tried a few times where a sign brings another fault, as while an engine starts, and then no more', async () => {
    model.look('view', true);
    await model.settled();
    const door = await openDoor(socket);
    await model.sign();
    await until('the attempts are made', () => door.connections === 6);
    assert.deepEqual(pauses, [300, 700, 1_500, 3_000, 6_000]);
    assert.deepEqual(
      states.map(({ kind }) => kind),
      ['no-engine', 'no-engine'],
    );
    assert.equal(lines.length, 2);
    await model.sign();
    await until('an attempt is made', () => door.connections >= 7);
    assert.equal(door.connections, 7);
    assert.equal(pauses.length, 5);
    await door.close();
  });

  it('goes on while one of two looks', async () => {
    const door = await openDoor(socket);
    model.look('status bar', true);
    await model.settled();
    model.look('view', true);
    model.look('view', false);
    await model.sign();
    await until('an attempt is made', () => door.connections >= 2);
    assert.equal(door.connections, 2);
    await door.close();
  });

  it('leaves nobody waiting who has stopped to look, and waits with the next one', async () => {
    model.look('view', true);
    const settled = model.settled();
    model.look('view', false);
    assert.equal((await settled).kind, 'idle');
    model.look('view', true);
    assert.equal((await model.settled()).kind, 'no-engine');
  });

  it('stops when nobody looks any more', async () => {
    model.look('view', true);
    await model.settled();
    model.look('view', false);
    const door = await openDoor(socket);
    await model.sign();
    model.look('view', true);
    await until('the next look asks', () => door.connections >= 1);
    assert.equal(door.connections, 1);
    await door.close();
  });
});

describe('the images of an engine', () => {
  it('are listed again after an event that comes while they are being listed', async () => {
    const folder = await makeRunFolder();
    const socket = path.join(folder.path, 'docker.sock');
    const lists: ServerResponse[] = [];
    let events: ServerResponse | undefined;
    const engine = createServer(({ url = '' }, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      if (url.endsWith('/images/json')) lists.push(response);
      else if (url.includes('/events?')) (events = response).flushHeaders();
      else if (url.endsWith('/version'))
        response.end('{"Version":"28.5.2","ApiVersion":"1.51","MinAPIVersion":"1.24"}');
      else if (url.endsWith('/info')) response.end('{"DriverStatus":[],"Driver":"overlay2","OSType":"linux"}');
      else response.destroy();
    }).listen(socket);
    await once(engine, 'listening');
    let heard = 0;
    const log = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
    const clock: Clock = { ...systemClock, sleep: () => Promise.resolve() };
    const session = new EngineSession(() => `unix://${socket}`, log);
    const model = new ImagesModel(session, clock, log, { changed: () => undefined, heard: () => (heard += 1) });
    try {
      model.look('view', true);
      await until('they are listed at first', () => lists.length === 1);
      lists[0]?.end('[]');
      const event = `{"Type":"image","Action":"tag","Actor":{"ID":"sha256:${'ab'.repeat(32)}"}}\n`;
      events?.write(event);
      await until('they are listed for the event', () => lists.length === 2);
      events?.write(event);
      await until('the second event is heard', () => heard === 2);
      lists[1]?.end('[]');
      await until('they are listed for the second event', () => lists.length === 3, 5_000);
      lists[2]?.end('[]');
      // That somebody reads one is heard, and changes none.
      events?.write(event.replace('"tag"', '"save"'));
      await until('the reading is heard', () => heard === 3);
      const refreshed = model.refresh();
      await until('they are listed for the person', () => lists.length > 3);
      for (const list of lists.slice(3)) list.end('[]');
      await refreshed;
      assert.equal(lists.length, 4);
    } finally {
      model.dispose();
      session.dispose();
      engine.closeAllConnections();
      engine.close();
      await folder.remove();
    }
  });
});
