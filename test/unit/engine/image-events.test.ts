import assert from 'node:assert/strict';
import { imageEventOf } from '../../../src/engine/image-event-answer.ts';
import type { ImageEvent } from '../../../src/engine/index.ts';
import { fixture } from './recorded.ts';

/** All events of a recording, and one of its lines (from 1, as its README counts). */
function recording(kind: string): { events: (ImageEvent | undefined)[]; line: (number: number) => ImageEvent } {
  const lines = fixture(`events/${kind}-all-actions.ndjson`).toString().trim().split('\n');
  const events = lines.map(imageEventOf);
  return { events, line: (number) => events[number - 1]! };
}

describe('recorded image events', () => {
  it('are all read', () => {
    const counts = { classic: 34, containerd: 54, podman: 34 };
    for (const [kind, count] of Object.entries(counts)) {
      const { events } = recording(kind);
      assert.equal(events.length, count);
      for (const event of events) assert.equal(event?.time?.getUTCFullYear(), 2026);
    }
  });

  it('classic: name references and ids', () => {
    const { line } = recording('classic');
    assert.deepEqual(line(4), {
      action: 'tag',
      imageId: 'sha256:3891f0fa3f9d7c8421d721e53e2803f67d720f42d97c6a74e1284c656601a718',
      reference: '127.0.0.1:5000/ev-classic/app:1',
      time: new Date(1_795_442_325_000),
    });
    assert.deepEqual([line(6).action, line(6).reference], ['push', '127.0.0.1:5000/ev-classic/app:1']);
    assert.equal(line(9).action, 'untag');
    assert.equal(line(9).reference, undefined);
    assert.equal(line(10).reference, '127.0.0.1:5000/ev-classic/app:1');
    assert.deepEqual([line(24).action, line(24).reference], ['pull', undefined]);
    assert.deepEqual(line(34), { action: 'prune', time: new Date(1_795_442_351_000) });
  });

  it('containerd: an untag names the reference', () => {
    const { line } = recording('containerd');
    assert.deepEqual([line(3).action, line(3).reference], ['tag', 'docker.io/ev/app:1']);
    assert.deepEqual([line(23).action, line(23).reference], ['untag', '127.0.0.1:5000/ev-containerd/app:1']);
    assert.equal(line(28).reference, undefined);
  });

  it('podman: ids get their algorithm, a build names no tag, a load no file', () => {
    const { line } = recording('podman');
    assert.deepEqual([line(1).action, line(1).imageId, line(1).reference], ['build', undefined, undefined]);
    assert.equal(line(5).imageId, 'sha256:19c9768b451022c27a596690a96354ab7219812d5f89e81bed97a569c22e85ef');
    assert.equal(line(7).reference, '127.0.0.1:5000/ev-podman/app:1');
    assert.deepEqual([line(15).action, line(15).reference], ['loadfromarchive', undefined]);
  });

  it('a label called name is not taken for a reference', () => {
    const load = {
      Type: 'image',
      Action: 'load',
      Actor: { ID: `sha256:${'ab'.repeat(32)}`, Attributes: { name: 'evil:1' } },
    };
    assert.equal(imageEventOf(JSON.stringify(load))?.reference, undefined);
    assert.equal(imageEventOf(JSON.stringify({ ...load, Action: 'tag' }))?.reference, 'docker.io/library/evil:1');
  });

  it('what is no image event is none', () => {
    const others = ['', '{', 'null', '[]', '{"Type":"container","Action":"start"}', '{"Type":"image"}'];
    for (const line of [...others, '{"Type":"image","Action":5}']) assert.equal(imageEventOf(line), undefined, line);
    const odd = { Type: 'image', Action: 'tag', Actor: { ID: 5, Attributes: { name: {} } }, time: 'now' };
    assert.deepEqual(imageEventOf(JSON.stringify(odd)), { action: 'tag', time: undefined });
  });
});
