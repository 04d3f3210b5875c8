import assert from 'node:assert/strict';
import type { Connection } from '../../../src/editor/engine-session.ts';
import type { OpenRegistry } from '../../../src/editor/registry-door.ts';
import { TargetLook } from '../../../src/editor/target-look.ts';
import type { ImageDetails } from '../../../src/engine/index.ts';
import type { TaggedReference } from '../../../src/reference/index.ts';
import type { PushedRecord } from '../../../src/push/index.ts';
import { pushedRecord } from '../push/parts.ts';
import { silent } from './workspace-facts/silent.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const image = { name: 'api:dev', id: digest('a') };
const repository = { registry: 'registry.example', path: 'team/api' };
const target: TaggedReference = { kind: 'tagged', repository, tag: '1.0' };
const { signal } = new AbortController();
const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digest('b'), size: 1 };

type Client = Partial<OpenRegistry['client']>;
const holding = (configDigest: string): Client => ({
  resolve: () => Promise.resolve(descriptor),
  manifest: () =>
    Promise.resolve({ descriptor, body: { kind: 'image', configDigest } } as unknown as Awaited<
      ReturnType<OpenRegistry['client']['manifest']>
    >),
});

describe('a look at where a push would go', () => {
  let inspected: string[];
  /** With what the credential helpers may be asked, each time that a registry was opened. */
  let asks: unknown[];
  beforeEach(() => {
    inspected = [];
    asks = [];
  });

  const look = (client: Client, { history = [], local = true }: { history?: PushedRecord[]; local?: boolean } = {}) => {
    const details = { id: image.id, configDigest: image.id, references: [], digests: [], sizeBytes: 1, layers: [] };
    const inspectImage = (name: string): Promise<ImageDetails> => {
      inspected.push(name);
      return Promise.resolve({ ...details, createdAt: undefined });
    };
    const engine = { inspectImage, chosen: { local }, layerSizes: () => Promise.resolve([]) };
    return new TargetLook({
      door: {
        open: (_, ask) => {
          asks.push(ask);
          return Promise.resolve({ client } as OpenRegistry);
        },
      },
      session: { connect: () => Promise.resolve({ engine } as unknown as Connection) },
      pushes: { load: () => Promise.resolve(history) },
      checks: { known: () => Promise.resolve({ objections: [], open: [] }) },
      log: silent,
    });
  };

  const cases: [words: string, client: Client, history?: PushedRecord[]][] = [
    ['new tag', { resolve: () => Promise.resolve(undefined) }],
    ['same image', holding(image.id)],
    ['replaces sha256:bbbbbbbb, which was not pushed from here', holding(digest('c'))],
    [
      'replaces your push of just now (sha256:bbbbbbbb)',
      holding(digest('c')),
      [pushedRecord('p-1', Date.now(), digest('b'), digest('c'))],
    ],
  ];
  for (const [words, client, history] of cases)
    it(`tells “${words}”`, async () => {
      const { outlook, wouldDo } = look(client, { ...(history && { history }) }).at(image, new Map());
      assert.equal(await wouldDo(target, signal), words);
      assert.equal(await outlook(target, signal), words);
    });

  it('tells nothing of a registry that does not answer, in a row; and that it is not known, where it is typed', async () => {
    const { outlook, wouldDo } = look({ resolve: () => Promise.reject(new Error('down')) }).at(image, new Map());
    assert.equal(await wouldDo(target, signal), '');
    assert.equal(await outlook(target, signal), 'what the tag holds is not known');
  });

  it('tells what is to be counted, and nothing where it may not look', async () => {
    const { findTag } = look(holding(digest('c'))).at(image, new Map());
    assert.deepEqual(await findTag(target, signal), { kind: 'replaces', digest: digest('b') });
    const loopback = { ...target, repository: { ...repository, registry: '127.0.0.1:5000' } };
    assert.equal(
      await look(holding(image.id), { local: false }).at(image, new Map()).findTag(loopback, signal),
      undefined,
    );
  });

  it('does not look at a name that means another machine to the engine', async () => {
    const loopback = { ...target, repository: { ...repository, registry: '127.0.0.1:5000' } };
    const { outlook } = look(holding(image.id), { local: false }).at(image, new Map());
    assert.equal(await outlook(loopback, signal), '');
    assert.deepEqual(asks, []);
  });

  it('asks the engine once, for the image that was shown', async () => {
    const { wouldDo } = look(holding(image.id)).at(image, new Map());
    await Promise.all([wouldDo(target, signal), wouldDo({ ...target, tag: '1' }, signal)]);
    assert.deepEqual(inspected, [image.id]);
  });

  it('asks no credential helper that was not asked before', async () => {
    await look(holding(image.id)).at(image, new Map()).wouldDo(target, signal);
    assert.deepEqual(asks, [undefined]);
  });

  it('reads what a tag holds once, however often it is looked at', async () => {
    const client = holding(digest('c'));
    let reads = 0;
    const read = client.manifest?.bind(client);
    client.manifest = (...wanted) => {
      reads += 1;
      return read?.(...wanted) ?? Promise.resolve(undefined);
    };
    const { wouldDo } = look(client).at(image, new Map());
    for (let time = 0; time < 3; time++) await wouldDo(target, signal);
    assert.equal(reads, 1);
  });
});
