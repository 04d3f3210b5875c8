import assert from 'node:assert/strict';
import { fixture } from './recorded.ts';
import { introduces, says, startScript } from './scripted-engine.ts';

type Kind = 'classic' | 'containerd' | 'podman';
const versions = { classic: '/v1.41', containerd: '/v1.51', podman: '/v1.41' };
const recorded = (kind: Kind, name: string): ReturnType<typeof says> =>
  says(fixture(`images-list/${kind}${name}.json`));

/** What each store's list must come to: references and kind of every image, in the engine's order. */
const lists: Record<Kind, [references: string[], digests: number, dangling: boolean][]> = {
  classic: [
    [[], 1, false],
    [['docker.io/shop/dangle:1'], 0, false],
    [[], 0, true],
    [['docker.io/shop/once:2'], 0, false],
    [['127.0.0.1:5000/il-classic/web:1.0', 'docker.io/shop/web:1.0', 'docker.io/shop/web:latest'], 1, false],
    [[], 1, false],
  ],
  containerd: [
    [['docker.io/shop/bk:1'], 1, false],
    [[], 1, false],
    [['docker.io/shop/dangle:1'], 1, false],
    [[], 0, true],
    [['docker.io/shop/once:2'], 1, false],
    [['127.0.0.1:5000/il-containerd/web:1.0', 'docker.io/shop/web:1.0', 'docker.io/shop/web:latest'], 1, false],
  ],
  podman: [
    [['docker.io/shop/web:1.0', '127.0.0.1:5000/il-podman/web:1.0', 'docker.io/shop/web:latest'], 2, false],
    [['docker.io/shop/once:2'], 1, false],
    [[], 0, true],
    [['docker.io/shop/dangle:1'], 1, false],
    [[], 1, false],
  ],
};

describe('recorded answers about images', () => {
  for (const kind of ['classic', 'containerd', 'podman'] as const) {
    const version = versions[kind];

    it(`${kind}: lists names, digests and what is dangling`, async () => {
      const script = await startScript([introduces(kind), [`GET ${version}/images/json`, recorded(kind, '')]]);
      const images = await script.engine.listImages();
      assert.deepEqual(
        images.map(({ references, digests, dangling }) => [references, digests.length, dangling]),
        lists[kind],
      );
      for (const image of images) {
        assert.match(image.id, /^sha256:[0-9a-f]{64}$/);
        assert(image.sizeBytes > 0);
        assert.equal(image.createdAt?.getUTCFullYear(), 2026);
        for (const digest of image.digests) assert.match(digest, /^[\w.:]+\/[\w/.-]+@sha256:[0-9a-f]{64}$/);
      }
      await script.finish();
    });

    it(`${kind}: lists the same in the form of API 1.40`, async () => {
      const old = { Version: '19.03', ApiVersion: '1.40', MinAPIVersion: '1.12', Os: 'linux', Arch: 'amd64' };
      const script = await startScript([
        ['GET /version', says(old)],
        ['GET /v1.40/images/json', recorded(kind, '-api-1.40')],
      ]);
      const images = await script.engine.listImages();
      const expected =
        kind === 'containerd' ? lists[kind].filter(([names]) => names[0] !== 'docker.io/shop/bk:1') : lists[kind];
      assert.deepEqual(images.filter(({ dangling }) => dangling).length, 1);
      for (const [references] of expected.filter(([names]) => names.length > 0))
        assert(images.some((image) => image.references.join() === references.join()));
      await script.finish();
    });

    it(`${kind}: tells what an image's id is the digest of`, async () => {
      const info = [`GET ${version}/info`, recorded(kind, '-info')] as const;
      const script = await startScript([
        introduces(kind),
        [`GET ${version}/images/docker.io/shop/web:1.0/json`, recorded(kind, '-inspect')],
        ...(kind === 'containerd' ? [] : [info]),
        [`GET ${version}/images/docker.io/shop/web:1.0/json`, recorded(kind, '-inspect')],
      ]);
      const details = await script.engine.inspectImage('docker.io/shop/web:1.0');
      const digests = { targetDigest: details.targetDigest, configDigest: details.configDigest };
      assert.deepEqual(
        digests,
        kind === 'containerd'
          ? { targetDigest: details.id, configDigest: undefined }
          : { targetDigest: undefined, configDigest: details.id },
      );
      assert.deepEqual(details.platform, { os: 'linux', architecture: 'amd64' });
      assert.equal(details.layers.length, 2);
      assert.equal(details.references.length, 3);
      assert.equal(details.createdAt?.getUTCFullYear(), 2026);
      assert.deepEqual(await script.engine.inspectImage('docker.io/shop/web:1.0'), details);
      await script.finish();
    });

    it(`${kind}: says who it is`, async () => {
      const script = await startScript([introduces(kind), [`GET ${version}/info`, recorded(kind, '-info')]]);
      const info = await script.engine.info();
      assert.deepEqual(
        [info.product, info.version, `/v${info.apiVersion}`, info.store, info.os, info.arch],
        [
          kind === 'podman' ? 'Podman' : 'Docker',
          { classic: '20.10.24+dfsg1', containerd: '28.5.2+dfsg4', podman: '4.3.1' }[kind],
          version,
          kind,
          'linux',
          'amd64',
        ],
      );
      await script.finish();
    });
  }

  it('takes the id for the target where a containerd store is too old to describe it', async () => {
    const image = JSON.parse(fixture('images-list/containerd-inspect.json').toString()) as {
      Id: string;
      Descriptor?: object;
    };
    delete image.Descriptor;
    const script = await startScript([
      introduces('containerd'),
      ['GET /v1.51/images/x/json', says(image)],
      ['GET /v1.51/info', recorded('containerd', '-info')],
    ]);
    assert.equal((await script.engine.inspectImage('x')).targetDigest, image.Id);
    await script.finish();
  });

  it('names an index by its own digest', async () => {
    const script = await startScript([
      introduces('containerd'),
      ['GET /v1.51/images/shop/bk:1/json', recorded('containerd', '-inspect-buildkit-index')],
    ]);
    const details = await script.engine.inspectImage('shop/bk:1');
    assert.match(details.targetDigest!, /^sha256:9cab2dfa/);
    assert.equal(details.targetIsIndex, true);
    await script.finish();
  });

  it('claims nothing where the store is not known, and no date that an image does not have', async () => {
    const image = { Id: 'ab'.repeat(32), Created: '0001-01-01T00:00:00Z', Os: '', Architecture: '', Size: 1 };
    const script = await startScript([
      introduces('classic'),
      ['GET /v1.41/images/x/json', says(image)],
      ['GET /v1.41/info', says({ Driver: 'vfs', DriverStatus: [] })],
      ['GET /v1.41/images/json', says([{ Id: 'ab'.repeat(32), Created: 0, Size: 1 }])],
    ]);
    assert.deepEqual(await script.engine.inspectImage('x'), {
      id: `sha256:${'ab'.repeat(32)}`,
      references: [],
      digests: [],
      sizeBytes: 1,
      createdAt: undefined,
      layers: [],
    });
    assert.equal((await script.engine.listImages())[0]?.createdAt, undefined);
    await script.finish();
  });
});
