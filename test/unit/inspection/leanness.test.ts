import assert from 'node:assert/strict';
import {
  comparedFrom,
  type Finding,
  type Leanness,
  leannessOf,
  listLayer,
  readImageConfig,
  readLayer,
} from '../../../src/inspection/index.ts';
import { inPieces, type Part } from './archives.ts';
import { type Layer, makeImage } from './images.ts';

const sized = (bytes: number, fill = 'x'): Buffer => Buffer.alloc(bytes, fill);
const MB = 1_000_000;

async function judge(layers: readonly Layer[], run: object = { User: 'app', Healthcheck: { Test: ['CMD', 'x'] } }) {
  const image = await makeImage(layers, run);
  const listings = await Promise.all(
    image.layers.map((bytes) => listLayer(readLayer(inPieces(bytes), { fingerprintFrom: comparedFrom }))),
  );
  return leannessOf({
    config: readImageConfig(JSON.parse(image.config.toString())),
    layers: listings.map((listing, index) => ({
      ...{ diffId: image.diffIds[index] ?? '', listing },
      ...(layers[index]?.[0] !== '' && { instruction: layers[index]?.[0] ?? '' }),
    })),
  });
}
const layer = (...parts: Part[]): Layer => ['', ...parts];
const ofKind = <K extends Finding['kind']>({ findings }: Leanness, kind: K): Extract<Finding, { kind: K }>[] =>
  findings.filter((one): one is Extract<Finding, { kind: K }> => one.kind === kind);

describe('the efficiency of an image, as dive defines it', () => {
  const folder = (name: string): Part => [`${name}/`, { mode: 0o755 }];
  const nginx = [
    [
      ['etc/nginx/nginx.conf', sized(2000)],
      ['etc/nginx/public', sized(3000)],
    ],
    [
      ['etc/nginx/nginx.conf', sized(5000)],
      ['etc/athing', sized(10_000)],
    ],
    [['etc/.wh.nginx', '']],
  ] as const;
  const cases: [name: string, layers: readonly (readonly Part[])[], percent: number][] = [
    ['of nothing', [[]], 100],
    [
      'of one layer',
      [
        [
          ['a', sized(100)],
          ['b', sized(50)],
        ],
      ],
      100,
    ],
    // (60 + 40) of (60 + 60 + 40)
    [
      'of a file written twice',
      [
        [
          ['big', sized(60)],
          ['small', sized(40)],
        ],
        [['big', sized(60)]],
      ],
      62.5,
    ],
    // (10 + 40) of (60 + 10 + 40)
    [
      'of a file made smaller',
      [
        [
          ['big', sized(60)],
          ['small', sized(40)],
        ],
        [['big', sized(10)]],
      ],
      (100 * 50) / 110,
    ],
    // (0 + 100) of (100 + 0 + 100)
    [
      'of a deleted file',
      [
        [
          ['a', sized(100)],
          ['b', sized(100)],
        ],
        [['.wh.a', '']],
      ],
      50,
    ],
    // 10 of (10 + 20 + 30), then 0 of that
    ['of a file written three times', [[['a', sized(10)]], [['a', sized(20)]], [['a', sized(30)]]], (100 * 10) / 60],
    ['of a file deleted and made again', [[['a', sized(10)]], [['.wh.a', '']], [['a', sized(30)]]], 0],
    // dive's own test, in which no layer has the folder itself: (2 + 3 + 10) of (2 + 5 + 3 + 10)
    ['of a deleted folder that no layer had', nginx, 75],
    // With it: (2 + 3 + 10 + 8) of (2 + 5 + 3 + 10 + 8)
    ['of a deleted folder', [[folder('etc/nginx'), ...nginx[0]], nginx[1], nginx[2]], (100 * 23) / 28],
    // The folder deleted twice held 100, then 10: (100 + 10 + 10) of (100 + 10 + 100 + 10)
    [
      'of a folder deleted twice',
      [[folder('d'), ['d/a', sized(100)]], [['.wh.d', '']], [folder('d'), ['d/b', sized(10)]], [['.wh.d', '']]],
      (100 * 120) / 220,
    ],
    // A folder is no leaf where something is in it; changing its mode costs nothing.
    ['of a folder whose mode changes', [[folder('d'), ['d/a', sized(100)]], [folder('d')]], 100],
  ];
  for (const [name, layers, percent] of cases)
    it(name, async () => {
      const { efficiencyPercent } = await judge(layers.map((parts) => layer(...parts)));
      assert.ok(Math.abs(efficiencyPercent - percent) < 1e-9, `${efficiencyPercent} is not ${percent}`);
    });
});

describe('what an image carries in vain', () => {
  const wasted = async (...layers: Part[][]): Promise<number> =>
    (await judge(layers.map((parts) => layer(...parts)))).hiddenBytes;
  const a: Part = ['d/a', sized(100)];

  it('is what later layers overwrite or delete', async () => {
    assert.equal(await wasted([a]), 0);
    assert.equal(await wasted([a], [['d/a', sized(7)]]), 100);
    assert.equal(await wasted([a], [a], [a]), 200);
    assert.equal(await wasted([a], [['d/.wh.a', '']]), 100);
    assert.equal(await wasted([a], [['.wh.d', '']]), 100);
    assert.equal(await wasted([a], [['.wh..wh..opq', '']]), 100);
    assert.equal(
      await wasted(
        [a],
        [
          ['d/.wh..wh..opq', ''],
          ['d/b', ''],
        ],
      ),
      100,
    );
    assert.equal(await wasted([a], [['d', { type: 'symlink', linkname: 'e' }]]), 100);
    assert.equal(await wasted([a], [['d/', { mode: 0o700 }]]), 0);
  });

  it('is not what a layer puts where it took something away itself', async () => {
    assert.equal(await wasted([['.wh.d', ''], a]), 0);
    assert.equal(
      await wasted(
        [a],
        [
          ['.wh.d', ''],
          ['d/', {}],
          ['d/b', sized(9)],
        ],
      ),
      100,
    );
    assert.equal(await wasted([a], [['.wh.da', '']], [['.wh.x', '']]), 0);
  });

  it('names the layer, the bytes, the worst files, and who hides them', async () => {
    const leanness = await judge([
      ['ADD file:0123 in /', ['bin/sh', sized(MB)]],
      ['RUN /bin/sh -c curl -O x.tgz && tar xf x.tgz # buildkit', ['x.tgz', sized(60 * MB)], ['x', sized(MB, 'y')]],
      ['/bin/sh -c #(nop) COPY dir:0123 in /app', ['app/data', sized(5 * MB)], ['app/small', sized(10)]],
      ['RUN /bin/sh -c chown -R app /app # buildkit', ['app/data', sized(5 * MB)], ['app/small', sized(10)]],
      ['RUN /bin/sh -c rm x.tgz # buildkit', ['.wh.x.tgz', '']],
    ]);
    assert.equal(leanness.hiddenBytes, 65 * MB + 10);
    assert.equal(leanness.bytes, 72 * MB + 20);
    const [archived, copied, ...others] = ofKind(leanness, 'hidden-files');
    assert.deepEqual(others, []);
    assert.ok(archived && copied);
    assert.deepEqual([archived.layer.index, archived.bytes, archived.files], [1, 60 * MB, 1]);
    assert.equal(archived.mend, 'RUN curl -O x.tgz && tar xf x.tgz && rm -rf /x.tgz');
    assert.deepEqual(
      archived.worst.map(({ path, bytes, how, by }) => [path, bytes, how, by.index, by.line]),
      [['/x.tgz', 60 * MB, 'deleted', 4, 'RUN rm x.tgz']],
    );
    assert.deepEqual([copied.layer.index, copied.bytes, copied.files], [2, 5 * MB + 10, 2]);
    assert.equal(copied.worst[0]?.how, 'repeated');
    assert.equal(copied.mend, 'COPY --chown=USER --chmod=MODE … /app');
  });
});

describe('what an image needs not', () => {
  const plain: Layer = ['FROM x', ['bin/sh', sized(MB)]];
  const caches: [manager: string, path: string][] = [
    ['apt', 'var/lib/apt/lists/deb.debian.org_dists_trixie_InRelease'],
    ['apt', 'var/cache/apt/archives/curl.deb'],
    ['apk', 'var/cache/apk/APKINDEX.tar.gz'],
    ['dnf', 'var/cache/dnf/base/x.rpm'],
    ['yum', 'var/cache/yum/x86_64/9/x.rpm'],
    ['pip', 'root/.cache/pip/http/a/b'],
    ['npm', 'home/node/.npm/_cacache/content-v2/x'],
    ['Yarn', 'usr/local/share/.cache/yarn/v6/x'],
    ['Go', 'go/pkg/mod/cache/download/x'],
    ['Go', 'root/.cache/go-build/0/x'],
    ['Maven', 'root/.m2/repository/org/x/x.jar'],
    ['Gradle', 'root/.gradle/caches/modules-2/x.jar'],
    ['Cargo', 'usr/local/cargo/registry/cache/x.crate'],
    ['Composer', 'root/.composer/cache/files/x.zip'],
    ['NuGet', 'root/.nuget/packages/x/1/x.nupkg'],
  ];
  for (const [manager, path] of caches)
    it(`is the cache of ${manager}: /${path}`, async () => {
      const leanness = await judge([plain, ['RUN /bin/sh -c install # buildkit', [path, sized(2 * MB)], ['app', 'x']]]);
      const [found, ...others] = ofKind(leanness, 'package-cache');
      assert.ok(found);
      assert.deepEqual(others, []);
      assert.deepEqual([found.manager, found.layer.index, found.bytes, found.files], [manager, 1, 2 * MB, 1]);
      assert.match(found.mend, /^RUN (?:install && \S|--mount=type=cache,target=\/\S+ install$)/u);
      assert.ok(`/${path}`.startsWith(`${found.folder}/`), found.folder);
    });

  it('is told once, as hidden, where a later layer deletes it', async () => {
    const leanness = await judge([
      ['RUN /bin/sh -c apt-get update # buildkit', ['var/lib/apt/lists/x', sized(2 * MB)]],
      ['RUN /bin/sh -c rm -rf /var/lib/apt/lists/* # buildkit', ['var/lib/apt/lists/.wh.x', '']],
    ]);
    assert.deepEqual(
      leanness.findings.map(({ kind }) => kind),
      ['hidden-files'],
    );
  });

  it('is what programs are built with, and made of', async () => {
    const leanness = await judge([
      ['RUN apk add build-base', ['usr/libexec/gcc/x86_64/13/cc1', sized(30 * MB)]],
      ['COPY . . # buildkit', ['app/.git/objects/pack/x.pack', sized(8 * MB)], ['app/main.js', 'x']],
    ]);
    const [gcc] = ofKind(leanness, 'build-tools');
    assert.deepEqual([gcc?.tools, gcc?.layer.index, gcc?.bytes], ['GCC', 0, 30 * MB]);
    const [git] = ofKind(leanness, 'sources');
    assert.deepEqual([git?.what, git?.folder, git?.bytes], ['history of Git', '/app/.git', 8 * MB]);
    assert.equal(git?.mend, 'COPY --exclude=**/.git . .');
  });

  it('is the same content under other paths', async () => {
    const leanness = await judge([
      ['COPY a a', ['z/model.bin', sized(6 * MB, 'm')]],
      ['RUN /bin/sh -c cp # buildkit', ['a/model.bin', sized(6 * MB, 'm')], ['b/model.bin', sized(6 * MB, 'm')]],
    ]);
    const [found, ...others] = ofKind(leanness, 'duplicate-files');
    assert.deepEqual(others, []);
    assert.deepEqual([found?.layer.index, found?.bytes, found?.files], [1, 12 * MB, 2]);
    assert.deepEqual(
      found?.worst.map(({ path, sameAs }) => [path, sameAs]),
      [
        ['/b/model.bin', '/a/model.bin'],
        ['/a/model.bin', '/z/model.bin'],
      ],
    );
  });

  it('is not the little that packages have twice', async () => {
    const twice: Layer = ['RUN npm ci', ['a.cjs', sized(9 * MB, 'm')], ['a.mjs', sized(9 * MB, 'm')]];
    assert.deepEqual(ofKind(await judge([twice]), 'duplicate-files'), []);
  });

  it('is many small layers', async () => {
    const many = Array.from({ length: 119 }, (_, index): Layer => [`RUN /bin/sh -c ${index}`, [`f${index}`, 'xy']]);
    const [found] = ofKind(await judge([plain, ...many]), 'many-small-layers');
    assert.deepEqual([found?.layers.length, found?.bytes, found?.mend], [119, 238, 'RUN … && …']);
    assert.deepEqual(ofKind(await judge([plain, ...many.slice(0, 12)]), 'many-small-layers'), []);
  });

  it('is root, no health check, a base that moves', async () => {
    const base = (name: string) => ({ Labels: { 'org.opencontainers.image.base.name': name } });
    const kinds = async (run: object): Promise<string[]> =>
      (await judge([plain], run)).findings.map(({ kind }) => kind);
    assert.deepEqual(await kinds({}), ['runs-as-root', 'no-healthcheck']);
    for (const User of ['root', '0', '0:0', 'root:app']) assert.ok((await kinds({ User })).includes('runs-as-root'));
    for (const User of ['app', '1000:0']) assert.ok(!(await kinds({ User })).includes('runs-as-root'));
    const healthy = { User: 'app', Healthcheck: { Test: ['NONE'] } };
    assert.deepEqual(await kinds(healthy), []);
    assert.deepEqual(await kinds({ ...healthy, ...base('docker.io/library/node') }), ['latest-base']);
    assert.deepEqual(await kinds({ ...healthy, ...base('node:latest') }), ['latest-base']);
    for (const name of ['node:22', `node:latest@sha256:${'0'.repeat(64)}`, '<b>'])
      assert.deepEqual(await kinds({ ...healthy, ...base(name) }), []);
  });

  it('is nothing in an ordinary image', async () => {
    const leanness = await judge([
      ['ADD file:0 in /', ['usr/lib/libc.so', sized(5 * MB)], ['var/lib/apt/lists/lock', ''], ['etc/passwd', 'root']],
      ['RUN /bin/sh -c useradd app', ['etc/passwd', 'root, app'], ['var/cache/apt/pkgcache.bin', sized(500)]],
      ['COPY . .', ['app/node_modules/x/index.js', sized(MB)], ['app/package.json', '{}']],
    ]);
    assert.deepEqual(leanness.findings, []);
    assert.equal(leanness.hiddenBytes, 4);
  });
});
