import assert from 'node:assert/strict';
import { readShown } from '../../../src/editor/commands/shown-argument.ts';

const id = `sha256:${'1'.repeat(64)}`;
const image = { name: 'api:1', id, sizeBytes: 5 };

describe('the argument of dockerPush.pushLastBuilt', () => {
  it('may be missing', () => assert.deepEqual([undefined, null].map(readShown), [undefined, undefined]));

  it('is what was shown: the image with its ID and, where there is one, the target', () => {
    assert.deepEqual(readShown({ image, target: 'ghcr.io/acme/api:1' }), { image, target: 'ghcr.io/acme/api:1' });
    assert.deepEqual(readShown({ image }), { image });
  });

  const wrong: [unknown, RegExp][] = [
    ['api:1', /“image”/u],
    [{}, /“image”/u],
    [{ image: 'api:1' }, /“image”/u],
    [{ image: { name: 'api:1' } }, /item/u],
    [{ image: { name: 'api:1', id: '../../etc' } }, /item/u],
    [{ image: { name: 'Api:1', id } }, /./u],
    [{ image, target: 5 }, /“target”/u],
    [{ image, target: 'api' }, /./u],
    [{ image, target: 'ghcr.io/acme/api' }, /tag/u],
  ];
  for (const [argument, words] of wrong)
    it(`is refused: ${JSON.stringify(argument)}`, () =>
      assert.throws(
        () => readShown(argument),
        (error: Error & { side?: string }) => error.side === 'reference' && words.test(error.message),
      ));
});
