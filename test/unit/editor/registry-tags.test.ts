import assert from 'node:assert/strict';
import type { ImageDetails } from '../../../src/engine/index.ts';
import { nextTagsAt, type RegistryTagParts, wouldDoWith } from '../../../src/editor/commands/registry-tags.ts';
import type { Connection } from '../../../src/editor/engine-session.ts';
import type { OpenRegistry } from '../../../src/editor/registry-door.ts';
import type { TaggedReference } from '../../../src/reference/index.ts';
import { openRegistry } from '../../../src/registry/index.ts';
import { numberedTags, startTagRegistry, type TagRegistry } from '../../support/tag-registry.ts';
import { silent } from './workspace-facts/silent.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const image = { name: 'api:dev', id: digest('a') };

/** A registry as the door opens it. */
function partsFor(client: Partial<OpenRegistry['client']>, inspected: string[] = [], local = true): RegistryTagParts {
  const details = { id: image.id, configDigest: image.id, references: [], digests: [], sizeBytes: 1, layers: [] };
  const inspectImage = (name: string): Promise<ImageDetails> => {
    inspected.push(name);
    return Promise.resolve({ ...details, createdAt: undefined });
  };
  return {
    door: { open: () => Promise.resolve({ client } as OpenRegistry) },
    session: {
      connect: () => Promise.resolve({ engine: { inspectImage } } as unknown as Connection),
      isLocal: () => Promise.resolve(local),
    },
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
      },
    });
  });
  after(() => registry.stop());

  const next = async (path: string, local = true, host = registry.host): Promise<string[]> => {
    const parts = partsFor(openRegistry(host), [], local);
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

describe('what a push would do', () => {
  const repository = { registry: 'registry.example', path: 'team/api' };
  const target: TaggedReference = { kind: 'tagged', repository, tag: 'dev' };
  const { signal } = new AbortController();
  const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digest('b'), size: 1 };
  const holding = (configDigest: string): Partial<OpenRegistry['client']> => ({
    resolve: () => Promise.resolve(descriptor),
    manifest: () =>
      Promise.resolve({ descriptor, body: { kind: 'image', configDigest } } as unknown as Awaited<
        ReturnType<OpenRegistry['client']['manifest']>
      >),
  });

  const cases: [words: string, client: Partial<OpenRegistry['client']>][] = [
    ['new tag', { resolve: () => Promise.resolve(undefined) }],
    ['same image', holding(image.id)],
    ['replaces sha256:bbbbbbbbbbbb', holding(digest('c'))],
    ['', { resolve: () => Promise.reject(new Error('down')) }],
  ];
  for (const [words, client] of cases)
    it(`is told as “${words}”`, async () => {
      assert.equal(await wouldDoWith(image, partsFor(client), new Map())(target, signal), words);
    });

  it('asks the engine once, for the image that was shown', async () => {
    const inspected: string[] = [];
    const wouldDo = wouldDoWith(image, partsFor(holding(image.id), inspected), new Map());
    await Promise.all([wouldDo(target, signal), wouldDo({ ...target, tag: '1' }, signal)]);
    assert.deepEqual(inspected, [image.id]);
  });
});
