import assert from 'node:assert/strict';
import { readPushArgument } from '../../../src/editor/commands/push-argument.ts';

const id = `sha256:${'1'.repeat(64)}`;

describe('the argument of dockerPush.push', () => {
  it('may be missing', () => assert.deepEqual(readPushArgument(undefined), []));

  it('may be a request', () => {
    const facts = { targets: ['ghcr.io/acme/api:1'], platform: 'linux/amd64', overwrite: 'refuse' } as const;
    assert.deepEqual(readPushArgument({ image: 'api:1', ...facts }), [{ image: { name: 'api:1' }, ...facts }]);
    assert.deepEqual(readPushArgument({ image: id }), [{ image: { name: id } }]);
    assert.deepEqual(readPushArgument({ image: 'api:1', profile: 'staging' }), [
      { image: { name: 'api:1' }, profile: 'staging' },
    ]);
  });

  const row = (name: string): object => ({
    kind: 'tag',
    name,
    reference: `docker.io/library/${name}`,
    image: { id, sizeBytes: 5, references: [] },
  });
  const read = (name: string): object => ({ image: { name, id, sizeBytes: 5 } });

  it('may be an item of the view Images: exactly the image that is shown', () => {
    assert.deepEqual(readPushArgument(row('api:1')), [read('api:1')]);
  });

  it('may be several items; a repository stands for its tags, and nothing comes twice', () => {
    const repository = { kind: 'repository', name: 'web', tags: [row('web:1'), row('web:2')] };
    const all = [read('api:1'), read('web:2'), read('web:1')];
    assert.deepEqual(readPushArgument(row('api:1'), [row('api:1'), row('web:2'), repository]), all);
    assert.deepEqual(readPushArgument([row('api:1'), row('web:2'), repository]), all);
    assert.deepEqual(readPushArgument(row('api:1'), []), [read('api:1')]);
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
    [{ image: 'api:1', profile: 1 }, /“profile” takes the name/u],
    [{ image: 'api:1', profile: 'staging', targets: ['ghcr.io/acme/api:1'] }, /“targets” and “profile”/u],
    [{ image: 'api:1', platform: 1 }, /“platform”/u],
    [{ image: 'api:1', overwrite: 'never' }, /“overwrite” takes ask, allow, refuse/u],
    [{ image: 'api:1', password: 'x' }, /“password”/u],
    [{ kind: 'tag', name: 'api:1', image: { id: '../../etc' } }, /item/u],
    [{ kind: 'tag' }, /item/u],
    [['api:1'], /item/u],
    [[undefined], /has just changed/u],
  ];
  for (const [argument, words] of wrong)
    it(`is refused: ${JSON.stringify(argument)}`, () =>
      assert.throws(
        () => readPushArgument(argument),
        (error: Error & { side?: string }) => error.side === 'reference' && words.test(error.message),
      ));
});
