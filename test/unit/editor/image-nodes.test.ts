import assert from 'node:assert/strict';
import { imageNodes } from '../../../src/editor/views/image-nodes.ts';
import type { LocalImage } from '../../../src/engine/index.ts';

const image = (day: number, ...references: string[]): LocalImage => ({
  id: `sha256:${String(day).padStart(64, '0')}`,
  references,
  digests: [],
  sizeBytes: 1,
  createdAt: new Date(Date.UTC(2026, 0, day)),
  dangling: false,
});

describe('the rows of Images', () => {
  it('are repositories by name, their tags newest first', () => {
    const nodes = imageNodes([
      image(1, 'docker.io/library/web:1', 'docker.io/library/api:1.9'),
      image(3, 'docker.io/library/api:dev', 'localhost:5000/team/api:dev'),
      image(1, 'docker.io/library/api:1.10'),
    ]);
    assert.deepEqual(
      nodes.map(({ name, tags }) => [name, tags.map(({ tag }) => tag)]),
      [
        ['api', ['dev', '1.10', '1.9']],
        ['localhost:5000/team/api', ['dev']],
        ['web', ['1']],
      ],
    );
    assert.equal(nodes[0]?.tags[0]?.name, 'api:dev');
  });

  it('leave out images without a tag', () => assert.deepEqual(imageNodes([image(1)]), []));
});
