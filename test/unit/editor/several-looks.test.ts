import assert from 'node:assert/strict';
import { mostLooks, SeveralLooks } from '../../../src/editor/flow/several-looks.ts';
import type { FindTag } from '../../../src/editor/flow/would-do.ts';
import type { TaggedReference } from '../../../src/reference/index.ts';

const target = (tag: string): TaggedReference => ({
  ...{ kind: 'tagged', tag, repository: { registry: 'registry.example', path: 'team/api' } },
});
const numbered = (count: number): TaggedReference[] => Array.from({ length: count }, (_, index) => target(`${index}`));

describe('looks at several targets', () => {
  const { signal } = new AbortController();

  it('ask of each image where it goes', async () => {
    const asked: string[] = [];
    const find =
      (image: string): FindTag =>
      ({ tag }) => {
        asked.push(`${image} ${tag}`);
        return Promise.resolve(image === 'one' ? { kind: 'new' } : { kind: 'same', digest: 'sha256:1' });
      };
    const looks = new SeveralLooks([find('one'), find('other')]);
    assert.equal(await looks.at([[target('1'), target('2')], [target('3')]], signal), '2 new tags, 1 holds this image');
    assert.deepEqual(asked, ['one 1', 'one 2', 'other 3']);
  });

  it('are no more than a registry bears, four at a time', async () => {
    let running = 0;
    let highest = 0;
    let asked = 0;
    const find: FindTag = async () => {
      asked++;
      highest = Math.max(highest, ++running);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      running--;
      return { kind: 'new' };
    };
    assert.equal(await new SeveralLooks([find]).at([numbered(mostLooks + 3)], signal), '20 new tags, 3 not known');
    assert.deepEqual([asked, highest], [mostLooks, 4]);
  });

  it('end with what they are for', async () => {
    const left = new AbortController();
    let asked = 0;
    const find: FindTag = () => {
      asked++;
      left.abort();
      return Promise.resolve(undefined);
    };
    assert.equal(await new SeveralLooks([find]).at([numbered(9)], left.signal), '');
    assert.ok(asked <= 4, `${asked}`);
  });
});
