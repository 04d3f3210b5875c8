import assert from 'node:assert/strict';
import { readPushHere } from '../../../src/editor/commands/push-here-argument.ts';
import { draggedImages } from '../../../src/editor/views/dragged-images.ts';

const id = `sha256:${'1'.repeat(64)}`;
const row = { kind: 'tag', name: 'api:1', image: { id, sizeBytes: 5 } };
const registry = { kind: 'registry', config: { registry: 'ghcr.io/acme' } };
const repository = { kind: 'remote-repository', item: { repository: { registry: 'ghcr.io', path: 'acme/api' } } };

describe('what is dropped', () => {
  it('are rows of the view Images', () => assert.deepEqual(draggedImages(JSON.stringify([row])), [row]));

  const others = ['', 'text', '{}', 'null', '[1]', '[null]', '[{"kind":"tag"}]', `["${'x'.repeat(1_000_000)}"]`];
  for (const text of others)
    it(`is nothing in any other form: ${text.slice(0, 20)}`, () => assert.deepEqual(draggedImages(text), []));
});

describe('the argument of dockerPush.pushHere', () => {
  it('is a registry or a repository, to which an image is still to be chosen', () => {
    assert.deepEqual(readPushHere(registry), { place: { registry: 'ghcr.io', namespace: 'acme' }, requests: [] });
    assert.deepEqual(readPushHere(repository), { place: { registry: 'ghcr.io', path: 'acme/api' }, requests: [] });
  });

  it('may bring images', () => {
    const requests = [{ image: { name: 'api:1', id, sizeBytes: 5 } }];
    assert.deepEqual(readPushHere({ ...registry, images: [row] }).requests, requests);
  });

  const wrong: unknown[] = [
    undefined,
    {},
    { config: { registry: 5 } },
    { config: { registry: 'https://ghcr.io' } },
    { item: { repository: { registry: 'ghcr.io' } } },
    { item: { repository: { registry: 'ghcr.io', path: '../x' } } },
    { ...registry, images: ['api:1'] },
    { ...registry, images: [{ ...row, image: { id: '../../etc' } }] },
    { ...registry, images: [{ ...row, name: '--help' }] },
  ];
  for (const argument of wrong)
    it(`is refused: ${JSON.stringify(argument)}`, () =>
      assert.throws(
        () => readPushHere(argument),
        (error: Error & { side?: string }) => error.side === 'reference',
      ));
});
