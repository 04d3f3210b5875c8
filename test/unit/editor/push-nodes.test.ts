import assert from 'node:assert/strict';
import type { LivePush } from '../../../src/editor/pushes-model.ts';
import { pushNodes } from '../../../src/editor/views/push-nodes.ts';
import type { PushRecord, PushResult } from '../../../src/push/index.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const target = 'registry.example.com/team/api:1';
const facts = { log: [], layers: () => [], cancel: () => undefined };
const live = (id: string, phase: LivePush['phase'] = 'running'): LivePush => ({
  ...{ id, at: 1, image: 'api:1', target, phase },
  ...facts,
});
const record = (id: string, result?: PushResult): PushRecord => ({
  ...{ id, at: 1, image: { name: 'api:1' }, target, pid: 1, log: [] },
  ...(result && { result }),
});
const pushed = { outcome: 'pushed', id: 'p-1', target, digest, warnings: [] } as unknown as PushResult;

describe('the rows of Pushes', () => {
  it('are what runs and waits, then what has ended', () => {
    const rows = pushNodes([live('p-3'), live('p-4', 'queued')], [record('p-2'), record('p-1', pushed)], []);
    assert.deepEqual(
      rows.map(({ id, now, reference, digest: held }) => [id, now.kind, reference, held]),
      [
        ['p-3', 'live', target, undefined],
        ['p-4', 'live', target, undefined],
        ['p-2', 'record', target, undefined],
        ['p-1', 'record', target, digest],
      ],
    );
  });

  it('stay the same from the begin of a push to its end', () => {
    const before = pushNodes([live('p-1')], [record('p-0')], []);
    const now = pushNodes([], [record('p-1', pushed), record('p-0')], before);
    assert.deepEqual(
      now.map((row) => before.indexOf(row)),
      [0, 1],
    );
    assert.equal(now[0]?.now.kind, 'record');
    assert.equal(now[0].digest, digest);
  });
});
