import assert from 'node:assert/strict';
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
