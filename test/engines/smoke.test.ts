import assert from 'node:assert/strict';
import { access, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { startEngine } from '../support/engine.ts';
import type { EngineKind, RunningEngine } from '../support/engine.ts';
import { buildImage, engineRequest, incompressible } from '../support/images.ts';
import { processExists } from '../support/process.ts';
import { startRegistry } from '../support/registry.ts';
import type { RunningRegistry } from '../support/registry.ts';
import { startProxy } from '../support/slow-proxy.ts';

const kinds: EngineKind[] = ['classic', 'containerd', 'podman'];

describe('real engines and registries', function () {
  this.timeout(180_000);
  let engines: RunningEngine[];
  let registry: RunningRegistry;

  before(async () => {
    [registry, ...engines] = await Promise.all([startRegistry(), ...kinds.map((kind) => startEngine({ kind }))]);
  });
  after(async () => {
    await Promise.all([registry, ...engines].map((running) => running.stop()));
  });

  for (const [index, kind] of kinds.entries()) {
    it(`${kind}: what it pushes is what the registry serves`, async () => {
      const { socketPath } = engines[index]!;
      const name = `${registry.host}/smoke/${kind}`;
      await buildImage(socketPath, `${name}:1.0`, [{ path: '/a', content: incompressible(100_000, kind) }]);

      const digest = await push(socketPath, name);

      assert.equal(await manifestDigest(registry.url, `smoke/${kind}`), digest);
    });

    it(`${kind}: is of the kind that it should be`, async () => {
      const { socketPath } = engines[index]!;
      const info = (await engineRequest(socketPath, 'GET', '/info')).json() as { DriverStatus: [string, string][] };
      const store = info.DriverStatus.find(([key]) => key === 'driver-type')?.[1];
      assert.equal(store, kind === 'containerd' ? 'io.containerd.snapshotter.v1' : undefined);
      const version = await engineRequest(socketPath, 'GET', '/version');
      assert.equal(version.text.includes('Podman Engine'), kind === 'podman');
    });

    it(`${kind}: has its images again after it was killed and started again`, async () => {
      const engine = engines[index]!;
      const name = `${registry.host}/smoke/${kind}-again`;
      await buildImage(engine.socketPath, `${name}:1.0`, [{ path: '/a', content: Buffer.from(kind) }]);
      const { pid } = engine;
      await engine.kill();
      assert.equal(processExists(pid), false);
      await assert.rejects(engineRequest(engine.socketPath, 'GET', '/_ping'), { code: 'ECONNREFUSED' });

      await engine.restart();

      assert.match(await push(engine.socketPath, name), /^sha256:/);
    });

    it(`${kind}: pushes through a proxy which holds the manifest's answer back`, async () => {
      const { socketPath } = engines[index]!;
      const proxy = await startProxy({ target: registry.host });
      try {
        const name = `${proxy.host}/smoke/${kind}-held`;
        await buildImage(socketPath, `${name}:1.0`, [{ path: '/a', content: incompressible(100_000, 'held') }]);
        const held = proxy.holdManifestPut();
        let finished = false;
        const pushing = push(socketPath, name).finally(() => (finished = true));
        await held.arrived;
        const digest = await manifestDigest(registry.url, `smoke/${kind}-held`);
        assert.equal(finished, false);
        held.release();
        assert.equal(await pushing, digest);
      } finally {
        await proxy.stop();
      }
    });
  }

  it('a registry keeps its port and its images when it is killed and started again', async () => {
    const own = await startRegistry();
    try {
      const name = `${own.host}/smoke/kept`;
      const { socketPath } = engines[0]!;
      await buildImage(socketPath, `${name}:1.0`, [{ path: '/a', content: Buffer.from('kept') }]);
      const digest = await push(socketPath, name);
      await own.kill();
      await assert.rejects(fetch(own.url));
      await own.restart();
      assert.equal(await manifestDigest(own.url, 'smoke/kept'), digest);
    } finally {
      await own.stop();
    }
  });

  it('a registry with a password takes a push with it, over TLS, and none without', async () => {
    const secured = await startRegistry({ tls: true, htpasswd: { user: 'ada', password: 'secret' } });
    try {
      const { socketPath } = engines[0]!;
      const name = `${secured.host}/smoke/secured`;
      await buildImage(socketPath, `${name}:1.0`, [{ path: '/a', content: Buffer.from('secured') }]);
      await assert.rejects(push(socketPath, name), /no basic auth credentials/);
      assert.match(await push(socketPath, name, { username: 'ada', password: 'secret' }), /^sha256:/);
      assert.match(await readFile(secured.caFile!, 'utf8'), /BEGIN CERTIFICATE/);
    } finally {
      await secured.stop();
    }
  });
});

describe('what is left of stopped engines and registries', function () {
  this.timeout(180_000);

  it('no process, no mount, no folder, also when they were killed', async () => {
    const [registry, ...engines] = await Promise.all([startRegistry(), ...kinds.map((kind) => startEngine({ kind }))]);
    const folders = engines.map(({ socketPath }) => socketPath.replace(/\/[^/]+$/, ''));
    const pids = [registry.pid, ...engines.map(({ pid }) => pid)];
    for (const folder of folders) {
      await access(folder);
      assert.notDeepEqual(await processesNaming(folder), []);
    }

    await engines[0]!.kill();
    await Promise.all([registry, ...engines].map((running) => running.stop()));

    assert.deepEqual(pids.filter(processExists), []);
    const mounts = await readFile('/proc/mounts', 'utf8');
    const left = await readdir(tmpdir());
    for (const folder of folders) {
      assert.deepEqual(await processesNaming(folder), []);
      assert.ok(!mounts.includes(folder));
      assert.ok(!left.some((entry) => folder.endsWith(entry)));
    }
  });
});

/** Processes that have a mount of this folder: the engine, its containerd, and what else lives with them. */
async function processesNaming(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const mounts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => '')));
  return pids.filter((_, index) => mounts[index]?.includes(folder));
}

/** The digest that the engine's push stream ends with. */
async function push(socketPath: string, name: string, credentials: object = {}): Promise<string> {
  const answer = await engineRequest(socketPath, 'POST', `/images/${name}/push?tag=1.0`, undefined, {
    'x-registry-auth': Buffer.from(JSON.stringify(credentials)).toString('base64url') + padding(credentials),
  });
  const digest = /1\.0: digest: (sha256:[0-9a-f]{64})/.exec(answer.text)?.[1];
  if (!digest) throw new Error(`The push failed: ${answer.text}`);
  return digest;
}

/** The engine wants base64url with its padding, which Node leaves out. */
function padding(credentials: object): string {
  return '='.repeat((3 - (Buffer.byteLength(JSON.stringify(credentials)) % 3)) % 3);
}

async function manifestDigest(url: string, repository: string): Promise<string | null> {
  const accept = [
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.oci.image.index.v1+json',
  ].join(', ');
  const answer = await fetch(`${url}/v2/${repository}/manifests/1.0`, { headers: { accept } });
  assert.equal(answer.status, 200);
  return answer.headers.get('docker-content-digest');
}
