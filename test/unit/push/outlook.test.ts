import assert from 'node:assert/strict';
import { SidedError } from '../../../src/base/index.ts';
import type { ImageDetails } from '../../../src/engine/index.ts';
import { isVersion, lookAhead, type Outlook, type PushRecord, type ReadDetails } from '../../../src/push/index.ts';
import type { LayerRegistry } from '../../../src/push/held-layers.ts';
import type { TagRegistry } from '../../../src/push/verification.ts';
import { parseTarget, type Reference } from '../../../src/reference/index.ts';
import type { ImageConfig, Manifest } from '../../../src/registry/index.ts';
import { image as plain, imageId, otherDigest, pushedDigest, pushedRecord } from './parts.ts';

const [base, tools, app] = ['a', 'b', 'c'].map((digit) => `sha256:diff${digit.repeat(60)}`) as [string, string, string];
const image: ImageDetails = {
  ...{ ...plain, layers: [base, tools, app] },
  platform: { os: 'linux', architecture: 'amd64' },
};
const target = parseTarget('registry.example/team/api:1.0');
const { repository } = target;
const config = (diffIds: readonly string[]): ImageConfig => ({
  ...{ diffIds, history: [], user: '', labels: {}, exposedPorts: [], env: [], entrypoint: [] },
});
const configDigest = (digest: string): string => digest.replace('sha256:', 'sha256:0').slice(0, 71);

/** A repository with these tags, and with these images, each by its digest with its layers. */
function repositoryOf(
  tags: Readonly<Record<string, string>>,
  images: Readonly<Record<string, readonly string[] | Manifest>>,
): TagRegistry & LayerRegistry & { asked: string[] } {
  const digestOf = (reference: Reference): string | undefined =>
    reference.kind === 'digest' ? reference.digest : tags[reference.tag];
  const asked: string[] = [];
  const describe = (digest: string) => ({ mediaType: 'x', digest, size: 1 });
  return {
    asked,
    resolve: (reference) => {
      const digest = digestOf(reference);
      return Promise.resolve(digest === undefined ? undefined : describe(digest));
    },
    manifest: (reference) => {
      const digest = digestOf(reference);
      asked.push(digest ?? '');
      const found = digest === undefined ? undefined : images[digest];
      if (digest === undefined || found === undefined) return Promise.resolve(undefined);
      const body: Manifest =
        'kind' in found ? found : { kind: 'image', configDigest: configDigest(digest), layers: [] };
      return Promise.resolve({ descriptor: describe(digest), body });
    },
    config: (_, digest) => {
      const found = Object.entries(images).find(([one]) => configDigest(one) === digest)?.[1];
      return Promise.resolve(found && !('kind' in found) ? config(found) : undefined);
    },
    tags: () => {
      const items = Object.keys(tags);
      if (items.length === 0) return Promise.reject(new SidedError('registry', 'repository-missing', 'none'));
      return Promise.resolve({ items });
    },
  };
}

const look = (
  registry: TagRegistry & LayerRegistry,
  history: readonly PushRecord[] = [],
  sizes?: readonly number[],
): Promise<Outlook> => lookAhead(image, target, { registry, history, layerSizes: () => Promise.resolve(sizes) });

describe('the outlook of a push', () => {
  it('tells a new tag in a new repository, to which all goes', async () => {
    assert.deepEqual(await look(repositoryOf({}, {}), [], [500, 30, 8]), {
      tag: { kind: 'new' },
      layers: { total: 3, held: 0, missingBytes: 538 },
    });
  });

  it('tells a new tag beside others, by which some layers are known to be there', async () => {
    const registry = repositoryOf({ '0.9': otherDigest }, { [otherDigest]: [base, tools] });
    assert.deepEqual(await look(registry, [], [500, 30, 8]), {
      tag: { kind: 'new' },
      layers: { total: 3, held: 2, missingBytes: 8 },
    });
  });

  it('tells the very image, all of whose layers are there', async () => {
    const registry = repositoryOf({ '1.0': pushedDigest }, { [pushedDigest]: [base, tools, app] });
    registry.manifest = () =>
      Promise.resolve({
        descriptor: { mediaType: 'x', digest: pushedDigest, size: 1 },
        body: { kind: 'image', configDigest: imageId, layers: [] },
      });
    registry.config = () => Promise.resolve(config([base, tools, app]));
    assert.deepEqual(await look(registry), {
      tag: { kind: 'same', digest: pushedDigest },
      layers: { total: 3, held: 3 },
    });
  });

  it('tells what was pushed from here from what was not', async () => {
    const registry = repositoryOf({ '1.0': otherDigest }, { [otherDigest]: [base] });
    const ours = pushedRecord('p-ours', 5_000, otherDigest, `sha256:${'7'.repeat(64)}`);
    const before = pushedRecord('p-old', 1_000, pushedDigest);
    assert.deepEqual((await look(registry, [ours, before])).tag, { kind: 'replaces', digest: otherDigest, ours });
    assert.deepEqual((await look(registry, [before])).tag, { kind: 'replaces', digest: otherDigest });
    assert.deepEqual((await look(registry, [before, ours])).tag, { kind: 'replaces', digest: otherDigest });
  });

  it('takes for its own what the engine said of a push whose end nobody knows, where just that is there', async () => {
    const registry = repositoryOf({ '1.0': otherDigest }, { [otherDigest]: [base] });
    const unknown = (engineDigest: string): PushRecord => {
      const { result, ...record } = pushedRecord('p-cut', 6_000, engineDigest, `sha256:${'7'.repeat(64)}`);
      const error = { code: 'engine-lost', side: 'engine', message: 'The engine stopped answering.' } as const;
      const facts = { id: result.id, target: result.target, durationMs: 5, warnings: [] };
      return { ...record, result: { ...facts, outcome: 'unknown', error, engineDigest } };
    };
    const ours = pushedRecord('p-ours', 5_000, otherDigest);
    const seen = async (...history: PushRecord[]): Promise<string | undefined> => {
      const { tag } = await look(registry, history);
      return tag.kind === 'replaces' ? tag.ours?.id : tag.kind;
    };
    assert.equal(await seen(unknown(otherDigest)), 'p-cut');
    // It did not arrive: what was there before is there still, and its image is this one.
    assert.equal(await seen(unknown(pushedDigest), ours), 'same');
    assert.equal(await seen(unknown(pushedDigest)), undefined);
  });

  it('tells when what is replaced was made, and for which platforms', async () => {
    const registry = repositoryOf({ '1.0': otherDigest }, { [otherDigest]: [base] });
    const there = { createdAt: new Date('2026-03-01T10:00:00Z'), platforms: [{ os: 'linux', architecture: 'arm64' }] };
    const seen = async (details: ReadDetails): Promise<unknown> =>
      (await lookAhead(image, target, { registry, history: [], details })).tag;
    const replaced = { kind: 'replaces', digest: otherDigest };
    assert.deepEqual(await seen(() => Promise.resolve({ ...there, sizeBytes: 7 })), { ...replaced, there });
    assert.deepEqual(await seen(() => Promise.resolve({ platforms: [] })), replaced);
    assert.deepEqual(await seen(() => Promise.reject(new Error('it is down'))), replaced);
  });

  it('looks at what was pushed from here before, not at every tag', async () => {
    const registry = repositoryOf({ a: 'sha256:x', b: 'sha256:y' }, { [otherDigest]: [base, tools] });
    const elsewhere = { ...pushedRecord('p-2', 6_000, pushedDigest), target: 'registry.example/team/web:1.0' };
    const { layers } = await look(registry, [elsewhere, pushedRecord('p-1', 5_000, otherDigest)]);
    assert.equal(layers?.held, 2);
    assert.deepEqual(registry.asked, [otherDigest]);
  });

  it('looks into an index for the image of the same platform', async () => {
    const inner = `sha256:${'c'.repeat(64)}`;
    const one = (architecture: string, digest: string) => ({
      ...{ mediaType: 'x', digest, size: 1 },
      platform: { os: 'linux', architecture },
    });
    const index: Manifest = { kind: 'index', manifests: [one('arm64', 'sha256:z'), one('amd64', inner)] };
    const registry = repositoryOf({ '1.0': otherDigest }, { [otherDigest]: index, [inner]: [base] });
    assert.equal((await look(registry)).layers?.held, 1);
  });

  it('does not know what the registry does not tell, and never fails', async () => {
    const registry = repositoryOf({}, {});
    registry.resolve = () => Promise.reject(new Error('it is down'));
    const { tag, layers } = await look(registry);
    assert.ok(tag.kind === 'unknown');
    assert.match(tag.reason, /could not be looked up\. it is down/u);
    assert.equal(layers, undefined);
    const listless = repositoryOf({ '0.9': otherDigest }, {});
    listless.tags = () => Promise.reject(new SidedError('registry', 'denied', 'no'));
    assert.deepEqual(await look(listless), { tag: { kind: 'new' } });
  });

  it('knows a version from a tag that moves', () => {
    for (const tag of ['1.4.2', 'v1.4.2', '1.0.0-rc.1', '2.0.0-beta']) assert.ok(isVersion(tag), tag);
    for (const tag of ['1.4', '1', 'latest', 'dev', '2026.11', 'v2', '1.4.2.3', 'main-1.4.2'])
      assert.ok(!isVersion(tag), tag);
  });

  it('asks of one repository alone', async () => {
    const registry = repositoryOf({ '1.0': otherDigest }, { [otherDigest]: [base] });
    await look(registry);
    assert.deepEqual([...new Set(registry.asked)], [otherDigest]);
    assert.equal(repository.path, 'team/api');
  });
});
