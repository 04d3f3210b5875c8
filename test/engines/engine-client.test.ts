import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { CancelledError } from '../../src/base/index.ts';
import {
  chooseEndpoint,
  EngineError,
  openEngine,
  type Engine,
  type ImageEvent,
  type PullStreamEvent,
  type PushStreamEvent,
} from '../../src/engine/index.ts';
import { concludePush } from '../support/conclude-push.ts';
import { formatReference, parseReference, type TaggedReference } from '../../src/reference/index.ts';
import { startEngine, type EngineKind, type RunningEngine } from '../support/engine.ts';
import { buildImage, incompressible, removeImage } from '../support/images.ts';
import { startRegistry, type RunningRegistry } from '../support/registry.ts';
import { startProxy, type RunningProxy } from '../support/slow-proxy.ts';

const kinds: EngineKind[] = ['classic', 'containerd', 'podman'];

for (const kind of kinds)
  describe(`The engine's client, ${kind} image store`, function () {
    this.timeout(120_000);
    let running: RunningEngine;
    let registry: RunningRegistry;
    let locked: RunningRegistry;
    let proxy: RunningProxy;
    let engine: Engine;
    const stops: (() => void | Promise<void>)[] = [];
    const layers = [
      { path: '/small', content: Buffer.from('small') },
      { path: '/big', content: incompressible(3_000_000, 'engine client') },
    ];

    before(async function () {
      this.timeout(600_000);
      running = await startEngine({ kind });
      stops.push(() => running.stop());
      registry = await startRegistry();
      stops.push(() => registry.stop());
      locked = await startRegistry({ htpasswd: { user: 'kim', password: 'p€ss>>>???' } });
      stops.push(() => locked.stop());
      proxy = await startProxy({ target: registry.host });
      stops.push(() => proxy.stop());
      engine = openEngine(await chosenAt(running.endpoint));
      stops.push(() => engine.dispose());
      await buildImage(running.socketPath, 'docker.io/shop/web:1.0', layers, { 'org.example.kind': 'test' });
    });
    after(async () => {
      for (const stop of stops.reverse()) await stop();
    });

    /** An image of its own on the slow line: no layer is at the registry yet. */
    const fresh = async (name: string): Promise<TaggedReference> => {
      const target = `${proxy.host}/${name}/web:1`;
      await buildImage(running.socketPath, target, [{ path: '/big', content: incompressible(3_000_000, name) }]);
      return tagged(target);
    };

    it('pulls what was pushed, with the bytes of each layer, and what is there already', async () => {
      const name = `${registry.host}/pulled/web:1`;
      await buildImage(running.socketPath, name, layers);
      const pushed: PushStreamEvent[] = [];
      for await (const event of engine.pushImage(tagged(name), {})) pushed.push(event);
      assert.equal(concludePush(pushed).kind, 'proof');
      await removeImage(running.socketPath, name);
      await removeImage(running.socketPath, 'docker.io/shop/web:1.0');
      const events: PullStreamEvent[] = [];
      for await (const event of engine.pullImage(tagged(name), {})) events.push(event);
      assert.deepEqual(
        events.filter(({ type }) => type === 'error' || type === 'damaged'),
        [],
      );
      const { references } = await engine.inspectImage(name);
      assert.ok(references.includes(name), references.join());
      const states = events.filter((event) => event.type === 'layer').map(({ state }) => state);
      // Podman tells of its layers in words of its own.
      if (kind !== 'podman') assert.ok(states.includes('done'), JSON.stringify(events));
      await buildImage(running.socketPath, 'docker.io/shop/web:1.0', layers, { 'org.example.kind': 'test' });
    });

    it('tells what the registry lacks in the engine’s words', async () => {
      const missing = tagged(`${registry.host}/pulled/none:1`);
      let words = '';
      try {
        for await (const event of engine.pullImage(missing, {})) if (event.type === 'error') words = event.message;
      } catch (error) {
        assert.ok(error instanceof EngineError);
        words = error.words ?? error.message;
      }
      assert.match(words, /not found|manifest unknown|name unknown/iu);
    });

    it('pings it and says which engine it is', async () => {
      await engine.ping();
      const info = await engine.info();
      assert.equal(info.product, kind === 'podman' ? 'Podman' : 'Docker');
      assert.equal(info.store, kind);
      assert.equal(info.version, running.version);
      assert.match(info.apiVersion, /^1\.\d+$/);
      assert.equal(info.os, 'linux');
    });

    it('lists and inspects an image', async () => {
      const listed = (await engine.listImages()).find(({ references }) =>
        references.includes('docker.io/shop/web:1.0'),
      );
      assert(listed);
      assert.equal(listed.dangling, false);
      assert(listed.sizeBytes > 3_000_000);
      for (const name of ['docker.io/shop/web:1.0', listed.id]) {
        const details = await engine.inspectImage(name);
        assert.equal(details.id, listed.id);
        assert.deepEqual(details.references, ['docker.io/shop/web:1.0']);
        assert.equal(details.layers.length, 2);
        assert.deepEqual(details.platform, { os: 'linux', architecture: 'amd64' });
        assert.equal(kind === 'containerd' ? details.targetDigest : details.configDigest, listed.id);
        assert.equal(kind === 'containerd' ? details.configDigest : details.targetDigest, undefined);
      }
    });

    it('tells the size of each layer, the lowest first', async () => {
      const { id, layers: ids } = await engine.inspectImage('docker.io/shop/web:1.0');
      const sizes = await engine.layerSizes(id);
      assert.equal(sizes?.length, ids.length);
      // Files take whole blocks in an archive, and on a disk.
      assert.ok(sizes[0] !== undefined && sizes[0] < 20_000, String(sizes));
      assert.ok(sizes[1] !== undefined && sizes[1] >= 3_000_000 && sizes[1] < 3_100_000, String(sizes));
      await assert.rejects(engine.layerSizes(`sha256:${'0'.repeat(64)}`), { code: 'engine-image-missing' });
    });

    it('says so when an image is not there', async () => {
      const target = tagged(`${registry.host}/no/such:1`);
      const missing = { name: 'EngineError', code: 'engine-image-missing', status: 404 };
      await assert.rejects(engine.inspectImage('no/such:1'), missing);
      await assert.rejects(engine.tagImage(`sha256:${'0'.repeat(64)}`, target), missing);
      await assert.rejects(engine.untagImage(target), missing);
    });

    it('tags and untags, and its events tell', async () => {
      const target = tagged(`${registry.host}/tags/web:2`);
      const stop = new AbortController();
      const events: ImageEvent[] = [];
      const open = gate();
      const following = (async () => {
        for await (const event of engine.watchImages({ signal: stop.signal, onOpen: open.pass })) events.push(event);
      })();
      await Promise.race([open.passed, following]);
      const { id } = await engine.inspectImage('docker.io/shop/web:1.0');
      await engine.tagImage(id, target);
      assert((await engine.inspectImage(id)).references.includes(formatReference(target)));
      await engine.untagImage(target);
      assert(!(await engine.inspectImage(id)).references.includes(formatReference(target)));
      await until(() => events.some(({ action }) => action === 'untag'));
      const tag = events.find(({ action }) => action === 'tag');
      assert(tag);
      assert.equal(tag.reference, formatReference(target));
      assert.equal(tag.imageId, id);
      assert(tag.time && Math.abs(tag.time.getTime() - Date.now()) < 120_000);
      stop.abort();
      await assert.rejects(following, CancelledError);
    });

    it('pushes, and the digest is the registry’s', async () => {
      const target = await taggedAs(engine, `${registry.host}/push/web:1.0`);
      const conclusion = concludePush(await pushed(engine, target), target.tag);
      assert(conclusion.kind === 'proof', JSON.stringify(conclusion));
      assert.equal(conclusion.digest, await registryDigest(registry, 'push/web', '1.0'));
      const again = await pushed(engine, target);
      assert.equal(concludePush(again, target.tag).kind, 'proof');
      const rows = again.filter((event) => event.type === 'layer' && event.state === 'exists');
      assert.equal(rows.length, kind === 'podman' ? 0 : 2);
    });

    it('pushes one tag and no other of the repository', async () => {
      await taggedAs(engine, `${registry.host}/single/web:other`);
      const target = await taggedAs(engine, `${registry.host}/single/web:this`);
      assert.equal(concludePush(await pushed(engine, target), 'this').kind, 'proof');
      assert.equal(await registryDigest(registry, 'single/web', 'other'), undefined);
    });

    it('pushes with a credential that every engine understands', async () => {
      const target = await taggedAs(engine, `${locked.host}/locked/web:1.0`);
      const serveraddress = locked.host;
      const refused = concludePush(await pushed(engine, target), '1.0');
      assert.equal(refused.kind, 'error');
      const events: PushStreamEvent[] = [];
      // In base64 this one has both characters in which base64url differs, and padding.
      const auth = { username: 'kim', password: 'p€ss>>>???', serveraddress };
      for await (const event of engine.pushImage(target, { auth })) events.push(event);
      assert.equal(concludePush(events, '1.0').kind, 'proof', JSON.stringify(events.at(-1)));
    });

    it('hears of an image that is missing as the engine tells it', async () => {
      const target = tagged(`${registry.host}/never/built:1`);
      if (kind === 'podman') await assert.rejects(pushed(engine, target), { code: 'engine-image-missing' });
      else {
        const conclusion = concludePush(await pushed(engine, target), '1');
        assert(conclusion.kind === 'error');
        assert.match(conclusion.message, /does not exist/);
      }
    });

    it('pushes a platform only where the engine knows what that is', async () => {
      const target = await taggedAs(engine, `${registry.host}/platform/web:1`);
      const pushing = async (platform: string): Promise<PushStreamEvent[]> => {
        const events: PushStreamEvent[] = [];
        for await (const event of engine.pushImage(target, { platform })) events.push(event);
        return events;
      };
      if (kind !== 'containerd') {
        await assert.rejects(pushing('linux/amd64'), { code: 'engine-platform-unsupported' });
        assert.equal(await registryDigest(registry, 'platform/web', '1'), undefined);
      } else {
        const other = concludePush(await pushing('linux/arm64/v8'), '1');
        assert(other.kind === 'error');
        assert.match(other.message, /arm64/);
        assert.equal(concludePush(await pushing('linux/amd64'), '1').kind, 'proof');
      }
    });

    it('closes the request when a push is aborted, and the engine stops', async () => {
      const target = await fresh('abort');
      proxy.throttle(200_000);
      const stop = new AbortController();
      const aborted = (async () => {
        for await (const event of engine.pushImage(target, { signal: stop.signal }))
          assert.notEqual(event.type, 'error');
      })();
      await Promise.race([aborted, until(() => proxy.uploadedBytes > 100_000)]);
      stop.abort();
      await assert.rejects(aborted, CancelledError);
      await engineIdle(proxy);
      assert.equal(await registryDigest(registry, 'abort/web', '1'), undefined);
    });

    it('closes the request when the reader leaves', async () => {
      const target = await fresh('leave');
      proxy.throttle(200_000);
      for await (const event of engine.pushImage(target, {})) {
        assert.equal(event.type, 'message');
        break;
      }
      await engineIdle(proxy);
      assert.equal(await registryDigest(registry, 'leave/web', '1'), undefined);
    });

    it('loses push and events when the engine is killed, and finds the engine again', async () => {
      const target = await fresh('killed');
      proxy.throttle(200_000);
      const before = proxy.uploadedBytes;
      const stop = new AbortController();
      const watch = (onOpen: () => void): Promise<void> =>
        (async () => {
          for await (const { action } of engine.watchImages({ signal: stop.signal, onOpen }))
            assert.notEqual(action, '');
        })();
      const opened = gate();
      const following = watch(opened.pass);
      const followingLost = assert.rejects(following, { name: 'EngineError', code: 'engine-lost' });
      await Promise.race([opened.passed, following]);
      const lost = pushed(engine, target);
      await Promise.race([lost, until(() => proxy.uploadedBytes > before + 100_000)]);
      await running.kill();
      await assert.rejects(lost, { name: 'EngineError', code: 'engine-lost' });
      await assert.rejects(engine.listImages(), { code: 'engine-unreachable', reason: 'refused' });
      await running.restart();
      await followingLost;
      const reopened = gate();
      const again = watch(reopened.pass);
      await Promise.race([reopened.passed, again]);
      stop.abort();
      await assert.rejects(again, CancelledError);
      proxy.throttle(undefined);
      assert.equal(concludePush(await pushed(engine, target), '1').kind, 'proof');
    });

    it('ends what runs as lost when the engine is let go', async () => {
      const own = openEngine(await chosenAt(running.endpoint));
      const opened = gate();
      const watching = (async () => {
        for await (const { action } of own.watchImages({ signal: AbortSignal.any([]), onOpen: opened.pass }))
          assert.notEqual(action, '');
      })();
      await Promise.race([opened.passed, watching]);
      own.dispose();
      await assert.rejects(watching, { code: 'engine-lost' });
    });

    it('removes an image with its last name', async () => {
      await buildImage(running.socketPath, 'docker.io/shop/gone:1', [{ path: '/f', content: Buffer.from(kind) }]);
      const { id } = await engine.inspectImage('docker.io/shop/gone:1');
      await engine.untagImage(tagged('docker.io/shop/gone:1'));
      await assert.rejects(engine.inspectImage(id), { code: 'engine-image-missing' });
    });

    it('tells a dangling image from one with names', async () => {
      const content = (text: string): { path: string; content: Buffer }[] => [
        { path: '/f', content: Buffer.from(text) },
      ];
      await buildImage(running.socketPath, 'docker.io/shop/moving:1', content('first'));
      const { id } = await engine.inspectImage('docker.io/shop/moving:1');
      await buildImage(running.socketPath, 'docker.io/shop/moving:1', content('second'));
      const first = (await engine.listImages()).find((image) => image.id === id);
      assert.deepEqual(
        { references: first?.references, dangling: first?.dangling },
        { references: [], dangling: true },
      );
      await removeImage(running.socketPath, id);
    });
  });

function chosenAt(address: string): ReturnType<typeof chooseEndpoint> {
  const readFile = (): Promise<string> => Promise.reject(new Error('No file is read for an address.'));
  return chooseEndpoint({ setting: address, env: {}, platform: process.platform, home: '/', readFile });
}

function tagged(text: string): TaggedReference {
  const reference = parseReference(text);
  assert(reference.kind === 'tagged');
  return reference;
}

async function taggedAs(engine: Engine, text: string): Promise<TaggedReference> {
  const { id } = await engine.inspectImage('docker.io/shop/web:1.0');
  await engine.tagImage(id, tagged(text));
  return tagged(text);
}

async function pushed(engine: Engine, target: TaggedReference): Promise<PushStreamEvent[]> {
  const events: PushStreamEvent[] = [];
  for await (const event of engine.pushImage(target, {})) events.push(event);
  return events;
}

/** The digest of a tag, from the registry itself; undefined where there is none. */
async function registryDigest({ url }: RunningRegistry, repository: string, tag: string): Promise<string | undefined> {
  const accept = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.v2+json',
  ];
  const answer = await fetch(`${url}/v2/${repository}/manifests/${tag}`, { headers: { accept: accept.join(', ') } });
  await answer.arrayBuffer();
  if (answer.status === 404) return undefined;
  assert.equal(answer.status, 200);
  return answer.headers.get('docker-content-digest') ?? undefined;
}

/** Waits until the engine has left the slow line; then, with the line free, until whatever it still sends has passed. */
async function engineIdle(proxy: RunningProxy): Promise<void> {
  const sent = (): number => proxy.uploadedBytes + proxy.requests.length;
  const quiet = async (): Promise<void> => {
    for (let before = -1; before !== sent();) {
      before = sent();
      await wait(500);
    }
  };
  await quiet();
  proxy.throttle(undefined);
  await quiet();
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(20);
}

function gate(): { passed: Promise<void>; pass: () => void } {
  let pass = (): void => undefined;
  const passed = new Promise<void>((resolve) => (pass = resolve));
  return { passed, pass };
}
