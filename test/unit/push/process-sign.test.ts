import assert from 'node:assert/strict';
import { isAlive, signOf } from '../../../src/push/index.ts';
import { readStatus } from '../../../src/push/process-sign.ts';

const rest = '1 42 42 0 -1 4194560 1000 0 0 0 3 1 0 0 20 0 11 0';

describe('the sign of a process', () => {
  const at = Date.now();

  it('is its number and, on Linux, its start', async () => {
    const sign = await signOf(process.pid);
    assert.equal(sign.pid, process.pid);
    if (process.platform === 'linux') assert.match(sign.started ?? '', /^\d+$/u);
    else assert.equal(sign.started, undefined);
    assert.deepEqual(await signOf(process.pid), sign);
  });

  it('tells whether it is there', async () => {
    assert.equal(await isAlive({ at, ...(await signOf(process.pid)) }), true);
    assert.equal(await isAlive({ at, ...(await signOf(process.ppid)) }), true);
    assert.equal(await isAlive({ at, pid: 2 ** 31 - 2, started: '1' }), false);
  });

  it('is another where the number is the same and the start is not', async function () {
    if (process.platform !== 'linux') return this.skip();
    assert.equal(await isAlive({ at, pid: process.ppid, started: '1' }), false);
  });

  it('without a start is the number alone, as it was first', async () => {
    assert.equal(await isAlive({ at, pid: process.ppid }), true);
    assert.equal(await isAlive({ at: 1_000, pid: process.ppid }), false);
  });

  it('is read after the name, whatever that is', () => {
    for (const name of ['node', 'a b', ') R 1 (', '((x) S 1 2 3)', 'Web Content)'])
      assert.deepEqual(readStatus(`42 (${name}) S ${rest} 987654 1 2\n`), { started: '987654', hasEnded: false });
  });

  it('says of what only waits for its parent that it has ended', () => {
    assert.deepEqual(readStatus(`42 (node) Z ${rest} 987654 1 2\n`), { started: '987654', hasEnded: true });
  });

  it('is not read from what is something else', () => {
    for (const line of ['', '42', `42 node S ${rest} 987654`, '42 (node) S 1 2', `42 (node) S ${rest} soon`])
      assert.equal(readStatus(line), undefined);
  });
});
