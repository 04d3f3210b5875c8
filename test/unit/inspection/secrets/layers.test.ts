import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  LayerCache,
  lookThroughLayer,
  readImageConfig,
  readRemoteImage,
  readSavedImage,
  recallImage,
  secretsInLayers,
} from '../../../../src/inspection/index.ts';
import { collectingLog } from '../../push/parts.ts';
import { archive, inPieces, type Part } from '../archives.ts';
import { classicArchive, digestOf, type Layer, makeImage, ociArchive } from '../images.ts';
import { curveKey, innocent, planted, rsaKey, tellsOf } from './planted.ts';

const parts = planted.map(({ path: name, content }): Part => [name, content]);
const found = async (...layer: Part[]): Promise<string[]> => {
  const { secrets = [] } = await lookThroughLayer(inPieces(await archive(...layer)), { findsSecrets: true });
  return secrets.map(({ path: name, what }) => `${name} ${what}`);
};

describe('secrets in the files of a layer', () => {
  for (const { path: name, content, what } of planted)
    it(`are found in ${name}: ${what}`, async () => {
      const told = await found([name, content]);
      assert.ok(told.length > 0 && told.some((one) => one.startsWith(`/${name} `) && one.includes(what)), told.join());
    });

  for (const [name, content] of innocent)
    it(`are not seen where there are none: ${name}`, async () => assert.deepEqual(await found([name, content]), []));

  it('are not looked for unless that is wanted', async () => {
    const layer = await lookThroughLayer(inPieces(await archive(...parts)), {});
    assert.equal(layer.secrets, undefined);
  });

  it('are told once for each file and kind', async () =>
    assert.deepEqual(await found(['a', rsaKey.privateKey + curveKey.privateKey], ['b', `x\n${rsaKey.privateKey}`]), [
      '/a private key',
      '/b private key',
    ]));

  it('are not looked for in what is no text', async () =>
    assert.deepEqual(await found(['a', Buffer.concat([Buffer.alloc(8), Buffer.from(rsaKey.privateKey)])]), []));

  it('are found in text of any kind, as in a Windows line or in JSON', async () =>
    assert.deepEqual(
      await found(
        ['crlf', rsaKey.privateKey.replaceAll('\n', '\r\n')],
        ['crlf-curve', curveKey.privateKey.replaceAll('\n', '\r\n')],
        ['a.json', JSON.stringify({ key: curveKey.privateKey })],
        ['a.yaml', `key: |\n${curveKey.privateKey.replaceAll(/^/gmu, '    ')}`],
        ['bom', `\uFEFF${rsaKey.privateKey}`],
      ),
      [
        '/crlf private key',
        '/crlf-curve private key',
        '/a.json private key',
        '/a.yaml private key',
        '/bom private key',
      ],
    ));
});

describe('secrets in the layers of an image', () => {
  const layers: Layer[] = [
    ['ADD rootfs.tar /', ['etc/', ''], ['etc/motd', 'hello']],
    ['COPY key /root/key', ['root/key', rsaKey.privateKey], ['root/.env', 'API_TOKEN=one-two-three']],
    ['RUN /bin/sh -c rm /root/key # buildkit', ['root/.wh.key', ''], ['root/.env', 'PORT=80']],
    ['COPY app /app', ['app/key', curveKey.privateKey]],
    ['RUN rm -r /app', ['.wh.app', '']],
  ];
  const expected = [
    '3 /app/key private key, deleted by 4: COPY app /app',
    '1 /root/.env settings of an application (.env), overwritten by 2: COPY key /root/key',
    '1 /root/key private key, deleted by 2: COPY key /root/key',
  ];
  const told = (image: Parameters<typeof secretsInLayers>[0]): string[] =>
    secretsInLayers(image).map(
      ({ layer, path: name, what, hidden }) =>
        `${layer.index} ${name} ${what}, ${hidden ? `${hidden.how} by ${hidden.by.index}` : 'seen'}: ${layer.line ?? ''}`,
    );

  it('are found with the layer that has them and the one that hides them, from an engine and from a registry', async () => {
    const image = await makeImage(layers);
    for (const bytes of [await classicArchive(image), await ociArchive([image])])
      assert.deepEqual(told(await readSavedImage(inPieces(bytes), { findsSecrets: true })), expected);
    const blobs = new Map([image.config, ...image.layers].map((bytes) => [digestOf(bytes), bytes]));
    const opener = { openBlob: ({ digest }: { digest: string }) => inPieces(blobs.get(digest) ?? Buffer.alloc(0)) };
    const descriptors = image.layers.map((bytes) => ({
      mediaType: 'x/y',
      digest: digestOf(bytes),
      size: bytes.length,
    }));
    const manifest = { kind: 'image', configDigest: digestOf(image.config), layers: descriptors } as const;
    assert.deepEqual(told(await readRemoteImage(manifest, opener, { findsSecrets: true })), expected);
  });

  it('are seen where nothing hides them', async () => {
    const image = await makeImage([
      ['COPY key /', ['key', rsaKey.privateKey]],
      ['RUN true', ['other', '']],
    ]);
    const read = await readSavedImage(inPieces(await classicArchive(image)), { findsSecrets: true });
    assert.deepEqual(told(read), ['0 /key private key, seen: COPY key /']);
  });

  it('are told without any part of them, also where the line that made the layer has it', async () => {
    const line = (secret: string): string => `RUN /bin/sh -c echo ${JSON.stringify(secret)} > /x # buildkit`;
    const image = await makeImage([
      ...planted.map(({ path: name, content, secret }): Layer => [line(secret), [name, content]]),
      ['RUN rm -r /root', ['.wh.root', '']],
    ]);
    const cache = await mkdtemp(path.join(tmpdir(), 'docker-push-secrets-'));
    try {
      const known = new LayerCache(cache, collectingLog());
      const read = await readSavedImage(inPieces(await classicArchive(image)), { findsSecrets: true, known });
      const findings = JSON.stringify(secretsInLayers(read));
      const kept = await Promise.all((await readdir(cache)).map((name) => readFile(path.join(cache, name))));
      const texts = [findings, ...kept.map((bytes) => gunzipSync(bytes).toString('latin1'))];
      for (const { secret, what } of planted)
        for (const text of texts) assert.ok(!tellsOf(text, secret), `${what} is told: ${text}`);
      assert.equal(secretsInLayers(read).length >= planted.length, true);
    } finally {
      await rm(cache, { recursive: true });
    }
  });
});

describe('what is known of the secrets of layers', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'docker-push-secrets-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is read again where only the listing is known, and recalled afterwards', async () => {
    const image = await makeImage([
      ['COPY key /', ['key', rsaKey.privateKey]],
      ['RUN x', ['other', '']],
    ]);
    const config = readImageConfig(JSON.parse(image.config.toString()));
    const bytes = await classicArchive(image);
    const log = collectingLog();
    const known = new LayerCache(folder, log);
    const findsSecrets = true;
    await readSavedImage(inPieces(bytes), { known });
    assert.ok(await recallImage(config, known));
    assert.equal(await recallImage(config, known, { findsSecrets }), undefined);
    await readSavedImage(inPieces(bytes), { known, findsSecrets });
    const recalled = await recallImage(config, new LayerCache(folder, log), { findsSecrets });
    assert.ok(recalled);
    assert.deepEqual(
      secretsInLayers(recalled).map(({ path: name, what, layer }) => [name, what, layer.index]),
      [['/key', 'private key', 0]],
    );
    assert.deepEqual((await readdir(folder)).length, 4);
  });

  it('is forgotten when damaged', async () => {
    const known = new LayerCache(folder, collectingLog());
    const diffId = `sha256:${'1'.repeat(64)}`;
    await known.secrets.put(diffId, [{ path: '/key', what: 'private key' }]);
    assert.deepEqual(await known.secrets.get(diffId), [{ path: '/key', what: 'private key' }]);
    await known.secrets.put(`sha256:${'2'.repeat(64)}`, [{ path: 'no path', what: 'x' }]);
    assert.equal(await known.secrets.get(`sha256:${'2'.repeat(64)}`), undefined);
    assert.equal((await readdir(folder)).length, 1);
  });
});
