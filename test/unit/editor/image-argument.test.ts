import assert from 'node:assert/strict';
import { SidedError } from '../../../src/base/index.ts';
import { imageIn } from '../../../src/editor/commands/image-argument.ts';

const id = `sha256:${'a'.repeat(64)}`;
const isRefused = (error: unknown): boolean => error instanceof SidedError && error.code === 'argument-invalid';

describe('the image that a command is given', () => {
  it('is a name, an ID, or a name with the ID that it had', () => {
    assert.deepEqual(imageIn({ image: 'api:1' }), { name: 'api:1' });
    assert.deepEqual(imageIn({ image: id }), { name: id });
    assert.deepEqual(imageIn({ image: 'api:1', id, sizeBytes: 9 }), { name: 'api:1', id, sizeBytes: 9 });
    assert.deepEqual(imageIn({ kind: 'tag', name: 'api:1', image: { id } }), { name: 'api:1', id });
  });

  it('is refused where it is none, rather than that another one is taken', () => {
    for (const fields of [{}, { image: 1 }, { image: 'api:1', id: 'latest' }, { image: 'api:1', id: 7 }])
      assert.throws(() => imageIn(fields), isRefused, JSON.stringify(fields));
    assert.throws(() => imageIn({ kind: 'tag', name: 'api:1', image: {} }), isRefused);
  });

  it('has no size that is no number of bytes', () => {
    for (const sizeBytes of [-1, Number.NaN, Infinity, '9'])
      assert.deepEqual(imageIn({ image: 'api:1', sizeBytes }), { name: 'api:1' });
  });
});
