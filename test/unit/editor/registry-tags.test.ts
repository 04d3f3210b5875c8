import assert from 'node:assert/strict';
import { nextTagsAt, type RegistryTagParts } from '../../../src/editor/commands/registry-tags.ts';
import type { OpenRegistry } from '../../../src/editor/registry-door.ts';
import { openRegistry } from '../../../src/registry/index.ts';
import { numberedTags, startTagRegistry, type TagRegistry } from '../../support/tag-registry.ts';
import { silent } from './workspace-facts/silent.ts';

/** A registry as the door opens it. */
function partsFor(client: Partial<OpenRegistry['client']>, local = true): RegistryTagParts {
  return {
    door: { open: () => Promise.resolve({ client } as OpenRegistry) },
    session: { isLocal: () => Promise.resolve(local) },
    log: silent,
  };
}

describe('the next versions that a registry suggests', () => {
  let registry: TagRegistry;
  before(async () => {
    registry = await startTagRegistry({
      tags: {
        'team/api': ['1.4.1', '1.4.2', 'latest', 'v1.4'],
        'team/many': [...numberedTags(2_500), '1.0.0'],
        'team/endless': [...numberedTags(10_100), '1.0.0'],
        'team/none': ['main'],
        'team/lines': ['1.4.2', '1.4.3', '1.40.7', '2.0.0'],
      },
    });
  });
  after(() => registry.stop());

  const next = async (path: string, local = true, host = registry.host): Promise<string[]> => {
    const parts = partsFor(openRegistry(host), local);
    const tags = await nextTagsAt({ registry: host, path }, parts, new Map(), new AbortController().signal);
    return tags.map(({ tag, from }) => `${tag}: ${from}`);
  };

  it('follow its highest one', async () => {
    assert.deepEqual(await next('team/api'), [
      '1.4.3: next patch after 1.4.2',
      '1.5.0: next minor after 1.4.2',
      '2.0.0: next major after 1.4.2',
    ]);
  });

  it('begin with what follows a version that was refused, in its own line', async () => {
    const place = { registry: registry.host, path: 'team/lines' };
    const parts = partsFor(openRegistry(registry.host));
    const tagsAfter = (refused: string): ReturnType<typeof nextTagsAt> =>
      nextTagsAt(place, parts, new Map(), new AbortController().signal, refused);
    assert.deepEqual((await tagsAfter('1.4.2'))[0], {
      ...{ tag: '1.4.4', from: 'next patch after 1.4.3', insteadOf: '1.4.2' },
    });
    assert.equal((await tagsAfter('1.4.2'))[1]?.tag, '2.0.1');
    for (const refused of ['latest', '1.4', '1.4.2-alpine', '1.4.9007199254740991'])
      assert.deepEqual(
        (await tagsAfter(refused)).map(({ tag, insteadOf }) => [tag, insteadOf]),
        [
          ['2.0.1', undefined],
          ['2.1.0', undefined],
          ['3.0.0', undefined],
        ],
      );
  });

  it('are found on later pages', async () => {
    assert.deepEqual((await next('team/many'))[0], '1.0.1: next patch after 1.0.0');
  });

  it('are none where there is no end, no version, no repository, or no registry', async () => {
    for (const path of ['team/endless', 'team/none', 'team/missing']) assert.deepEqual(await next(path), [], path);
    assert.deepEqual(await next('team/api', true, '127.0.0.1:1'), []);
  });

  it('are none of a name that means another machine to the engine', async () => {
    assert.deepEqual(await next('team/api', false), []);
  });
});
