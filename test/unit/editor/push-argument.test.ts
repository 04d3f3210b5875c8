import assert from 'node:assert/strict';
import { readPushArgument } from '../../../src/editor/commands/push-argument.ts';

const id = `sha256:${'1'.repeat(64)}`;

describe('the argument of dockerPush.push', () => {
  it('may be missing', () => assert.equal(readPushArgument(undefined), undefined));

  it('may be a request', () => {
    assert.deepEqual(readPushArgument({ image: 'api:1', targets: ['ghcr.io/acme/api:1'], platform: 'linux/amd64' }), {
      image: { name: 'api:1' },
      targets: ['ghcr.io/acme/api:1'],
      platform: 'linux/amd64',
    });
    assert.deepEqual(readPushArgument({ image: id }), { image: { name: id } });
  });

  it('may be an item of the view Images: exactly the image that is shown', () => {
    const item = {
      kind: 'tag',
      name: 'api:1',
      tag: '1',
      reference: 'docker.io/library/api:1',
      image: { id, sizeBytes: 5, references: [] },
    };
    assert.deepEqual(readPushArgument(item), { image: { name: 'api:1', id, sizeBytes: 5 } });
  });

  const wrong: [unknown, RegExp][] = [
    ['api:1', /object/u],
    [{}, /“image”/u],
    [{ image: 5 }, /“image”/u],
    [{ image: 'Api:1' }, /./u],
    [{ image: '--help' }, /./u],
    [{ image: 'api:1', targets: 'ghcr.io/acme/api:1' }, /“targets”/u],
    [{ image: 'api:1', targets: [] }, /“targets”/u],
    [{ image: 'api:1', targets: [1] }, /“targets”/u],
    [{ image: 'api:1', platform: 1 }, /“platform”/u],
    [{ image: 'api:1', password: 'x' }, /“password”/u],
    [{ kind: 'tag', name: 'api:1', image: { id: '../../etc' } }, /item/u],
    [{ kind: 'tag' }, /item/u],
  ];
  for (const [argument, words] of wrong)
    it(`is refused: ${JSON.stringify(argument)}`, () =>
      assert.throws(
        () => readPushArgument(argument),
        (error: Error & { side?: string }) => error.side === 'reference' && words.test(error.message),
      ));
});
