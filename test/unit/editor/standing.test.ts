import assert from 'node:assert/strict';
import { type Seen, standingMark, Standings, standingWords } from '../../../src/editor/standing.ts';
import type { PushRecord } from '../../../src/push/index.ts';
import { imageId, otherDigest, pushedDigest, pushedRecord } from '../push/parts.ts';

const local = 'docker.io/library/api:1.0';
const target = 'registry.example/team/api:1.0';
const rebuilt = `sha256:${'7'.repeat(64)}`;
const none: Seen = new Map();
const saw = (digest: string | undefined, at = 9_000): Seen => new Map([[target, { digest, at }]]);

describe('how a tag stands to its registry', () => {
  const of = (past: readonly PushRecord[], reference = local, id = imageId, seen = none) =>
    new Standings(past, seen).of(reference, id);

  it('is nothing before the first push, and after one that did not arrive', () => {
    const failed: PushRecord = {
      ...pushedRecord('p-1'),
      result: { id: 'p-1', target, durationMs: 1, warnings: [], outcome: 'cancelled' },
    };
    for (const past of [[], [failed]]) assert.deepEqual(of(past), { kind: 'never' });
    assert.equal(standingMark({ kind: 'never' }), undefined);
  });

  it('is in step after a push, for the local name and for the name there', () => {
    const past = [pushedRecord('p-1')];
    for (const name of [local, target]) assert.deepEqual(of(past, name), { kind: 'in-step', target, at: 1_000 });
    assert.deepEqual(of(past, 'docker.io/library/web:1.0'), { kind: 'never' });
  });

  it('is ahead once the image was built anew', () => {
    const standing = of([pushedRecord('p-1')], local, rebuilt);
    assert.deepEqual(standing, { kind: 'ahead', target, at: 1_000 });
    assert.equal(standingMark(standing), '↑');
    assert.equal(standingWords(standing), `ahead of ${target}: built anew since it was pushed`);
  });

  it('goes by what was pushed last to the same place, from whichever name', () => {
    const other = { ...pushedRecord('p-2', 2_000, otherDigest, rebuilt) };
    const past: PushRecord[] = [{ ...other, image: { ...other.image, name: 'web:2' } }, pushedRecord('p-1')];
    const replaced = of(past);
    assert.deepEqual(replaced, { kind: 'replaced', target, at: 2_000, by: 'web:2' });
    assert.equal(standingWords(replaced), `${target} was replaced from here, by web:2`);
    assert.equal(of(past, 'docker.io/library/web:2', rebuilt).kind, 'in-step');
    assert.equal(of(past, 'docker.io/library/web:2', imageId).kind, 'ahead');
    // The same image by another name replaced nothing.
    const again = { ...pushedRecord('p-3', 3_000), image: { name: target, id: imageId } };
    assert.equal(of([again, pushedRecord('p-1')], local, rebuilt).kind, 'ahead');
  });

  it('is replaced, or gone, where the registry was seen to hold something else, or nothing', () => {
    const past = [pushedRecord('p-1')];
    assert.equal(of(past, local, imageId, saw(pushedDigest)).kind, 'in-step');
    assert.equal(of(past, local, imageId, saw(otherDigest)).kind, 'replaced');
    assert.equal(of(past, local, imageId, saw(undefined)).kind, 'gone');
  });

  it('is in step where another window pushed since somebody looked', () => {
    assert.equal(of([pushedRecord('p-2', 5_000)], local, imageId, saw(otherDigest, 4_000)).kind, 'in-step');
    // Somebody looked while that push waited for its turn.
    const late = { ...pushedRecord('p-3', 5_000), endedAt: 8_000 };
    assert.equal(of([late], local, imageId, saw(otherDigest, 7_000)).kind, 'in-step');
    assert.equal(of([late], local, imageId, saw(otherDigest, 9_000)).kind, 'replaced');
  });

  it('goes by a push whose end nobody knew, where just that is there', () => {
    const { result, ...cut } = pushedRecord('p-2', 2_000, otherDigest, rebuilt);
    const error = { code: 'engine-lost', side: 'engine', message: 'The engine stopped answering.' } as const;
    const facts = { id: result.id, target, durationMs: 5, warnings: [] };
    const unknown: PushRecord = { ...cut, result: { ...facts, outcome: 'unknown', error, engineDigest: otherDigest } };
    const past = [unknown, pushedRecord('p-1')];
    assert.equal(of(past).kind, 'in-step');
    assert.deepEqual(of(past, local, rebuilt, saw(otherDigest)), { kind: 'in-step', target, at: 2_000 });
    assert.equal(of(past, local, imageId, saw(otherDigest)).kind, 'ahead');
    assert.equal(of(past, local, imageId, saw(`sha256:${'e'.repeat(64)}`)).kind, 'replaced');
    // The only one: it is asked about, and counts once it is seen to be there.
    assert.equal(new Standings([unknown], none).targetOf(local), target);
    assert.deepEqual(new Standings([unknown], none).targets(), [target]);
    assert.equal(of([unknown], local, rebuilt).kind, 'never');
    assert.equal(of([unknown], local, rebuilt, saw(otherDigest)).kind, 'in-step');
    assert.equal(of([unknown], local, rebuilt, saw(pushedDigest)).kind, 'never');
  });

  it('takes an image that was pushed by its id for what it is: a target without a local name', () => {
    const record = pushedRecord('p-1');
    const past: PushRecord[] = [{ ...record, image: { ...record.image, name: imageId } }];
    assert.equal(of(past).kind, 'never');
    assert.equal(of(past, target).kind, 'in-step');
  });
});
