import assert from 'node:assert/strict';
import { readImageConfig } from '../../../src/inspection/index.ts';
import { fixture } from './recorded.ts';
import { introduces, says, startScript } from './scripted-engine.ts';

const versions = { classic: '/v1.41', containerd: '/v1.51', podman: '/v1.41' };
const name = 'docker.io/shop/web:1.0';

describe('what an engine tells of an image’s making', () => {
  for (const kind of ['classic', 'containerd', 'podman'] as const) {
    it(`${kind}: is a configuration with its layers under their instructions`, async () => {
      const path = `GET ${versions[kind]}/images/${name}`;
      const recorded = (what: string): ReturnType<typeof says> => says(fixture(`images-list/${kind}-${what}.json`));
      const script = await startScript([
        introduces(kind),
        [`${path}/json`, recorded('inspect')],
        [`${path}/history`, recorded('history')],
        ...(kind === 'containerd' ? [] : [[`GET ${versions[kind]}/info`, recorded('info')] as const]),
      ]);
      const { details, config, layerBytes } = await script.engine.describeImage(name);
      const read = readImageConfig(config);
      assert.deepEqual(read.diffIds, details.layers);
      assert.deepEqual(read.platform, { os: 'linux', architecture: 'amd64' });
      assert.deepEqual(read.command, ['/f']);
      assert.equal(read.labels['org.example.kind'], 'fixture');
      const made = read.history.filter(({ madeLayer }) => madeLayer).map(({ createdBy }) => createdBy);
      assert.equal(made.length, 2);
      assert.match(made[0]!, /COPY file:.* in \/f/u);
      assert.match(made[1]!, /COPY file:.* in \/g/u);
      assert.equal(layerBytes?.length, 2);
      assert.ok(layerBytes[1]! >= 100_000 && layerBytes[0]! < 10_000, String(layerBytes));
      await script.finish();
    });
  }

  const made = async (history: object[], layers: number): Promise<(string | undefined)[]> => {
    const digests = Array.from({ length: layers }, (_, index) => `sha256:${String(index).repeat(64)}`);
    const image = { Id: `sha256:${'f'.repeat(64)}`, Descriptor: { digest: 'sha256:0' }, RootFS: { Layers: digests } };
    const script = await startScript([
      introduces('containerd'),
      [`GET ${versions.containerd}/images/x/json`, says(image)],
      [`GET ${versions.containerd}/images/x/history`, says(history)],
    ]);
    const { config } = await script.engine.describeImage('x');
    await script.finish();
    return readImageConfig(config)
      .history.filter(({ madeLayer }) => madeLayer)
      .map(({ createdBy }) => createdBy);
  };

  it('goes by what instructions say where a layer has no bytes', async () => {
    const history = [
      { CreatedBy: 'CMD ["sh"]', Size: 0 },
      { CreatedBy: 'WORKDIR /app', Size: 0 },
      { CreatedBy: '/bin/sh -c #(nop)  ENV A=1', Size: 0 },
      { CreatedBy: 'COPY . / # buildkit', Size: 10 },
    ];
    assert.deepEqual(await made(history, 2), ['COPY . / # buildkit', 'WORKDIR /app']);
  });

  it('says of no instruction that it made a layer where that is not known', async () => {
    assert.deepEqual(await made([{ CreatedBy: 'COPY . /', Size: 10 }, { CreatedBy: 'RUN x' }], 3), []);
  });
});
