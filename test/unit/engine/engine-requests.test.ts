import assert from 'node:assert/strict';
import { once } from 'node:events';
import { CancelledError } from '../../../src/base/index.ts';
import type { Engine, PushOptions, PushStreamEvent } from '../../../src/engine/index.ts';
import { parseReference, type TaggedReference } from '../../../src/reference/index.ts';
import { fixture } from './recorded.ts';
import { introduces, says, startScript, type Exchange } from './scripted-engine.ts';

const target = parseReference('127.0.0.1:5000/a/b:1.0') as TaggedReference;
const pushLine = (version: string, query = 'tag=1.0'): string =>
  `POST ${version}/images/127.0.0.1:5000/a/b/push?${query}`;

async function pushed(engine: Engine, options: PushOptions = {}): Promise<PushStreamEvent[]> {
  const events: PushStreamEvent[] = [];
  for await (const event of engine.pushImage(target, options)) events.push(event);
  return events;
}

describe('the version that an engine is asked in', () => {
  const cases: [newest: string, oldest: string | undefined, expected: string][] = [
    ['1.41', '1.12', '1.41'],
    ['1.51', '1.24', '1.51'],
    ['1.60', '1.44', '1.51'],
    ['2.0', '1.51', '1.51'],
    ['1.60', '1.55', '1.55'],
    ['1.9', undefined, '1.9'],
  ];
  for (const [newest, oldest, expected] of cases)
    it(`is ${expected} where it speaks ${oldest ?? 'unknown'} to ${newest}`, async () => {
      const version = { Version: 'x', ApiVersion: newest, MinAPIVersion: oldest };
      const script = await startScript([
        ['GET /version', says(version)],
        [`GET /v${expected}/images/json`, says([])],
      ]);
      await script.engine.listImages();
      await script.finish();
    });

  it('is asked once for several callers, and again for info', async () => {
    const script = await startScript([introduces('containerd')]);
    script.expect(['GET /v1.51/images/json', says([])], ['GET /v1.51/images/json', says([])], introduces('classic'), [
      'GET /v1.41/info',
      says(fixture('images-list/classic-info.json')),
    ]);
    await Promise.all([script.engine.listImages(), script.engine.listImages()]);
    assert.equal((await script.engine.info()).store, 'classic');
    await script.finish();
  });
});

describe('what is sent', () => {
  it('does not depend on the environment', async () => {
    const before = process.env;
    const script = await startScript([introduces('classic'), ['GET /v1.41/images/json', says([])]]);
    process.env = { ...before, DOCKER_HOST: 'tcp://[nonsense', DOCKER_CERT_PATH: '/nowhere', DOCKER_TLS_VERIFY: '1' };
    try {
      await script.engine.listImages();
    } finally {
      process.env = before;
    }
    await script.finish();
  });

  it('tags by id and untags by name, without force', async () => {
    const id = `sha256:${'ab'.repeat(32)}`;
    const script = await startScript([
      introduces('classic'),
      [`POST /v1.41/images/${id}/tag?repo=127.0.0.1%3A5000%2Fa%2Fb&tag=1.0`, says('', 201)],
      ['DELETE /v1.41/images/127.0.0.1:5000/a/b:1.0?force=false', says([{ Untagged: 'a' }])],
    ]);
    await script.engine.tagImage(id, target);
    await script.engine.untagImage(target);
    assert.equal(script.requests[1]?.headers['content-length'], '0');
    // A kept connection would fail the first request after an engine's restart.
    assert.equal(script.requests[1].headers.connection, 'close');
    await script.finish();
  });

  it('encodes what a name must not do to a path', async () => {
    const script = await startScript([
      introduces('classic'),
      ['GET /v1.41/images/a%3Fb%20c%25/d@sha256:ab/json', says({ message: 'no' }, 404)],
    ]);
    await assert.rejects(script.engine.inspectImage('a?b c%/d@sha256:ab'), { code: 'engine-image-missing' });
    await script.finish();
  });
});

describe('a push', () => {
  const done = fixture('push-streams/classic-first-push.ndjson');

  it('names its tag and sends no body', async () => {
    const script = await startScript([introduces('classic'), [pushLine('/v1.41'), says(done)]]);
    const events = await pushed(script.engine);
    assert.equal(events.filter(({ type }) => type === 'digest').length, 2);
    const { headers } = script.requests[1]!;
    assert.equal(headers['content-length'], '0');
    assert.equal(headers['content-type'], undefined);
    await script.finish();
  });

  it('sends credentials as base64url with padding, and an empty object without', async () => {
    const auths = [
      { username: 'k', password: '>>>???', serveraddress: '127.0.0.1:5000' },
      { username: 'kim', password: 'p€ss', serveraddress: '127.0.0.1:5000' },
      { identitytoken: 'token', serveraddress: '127.0.0.1:5000' },
      undefined,
    ];
    const script = await startScript([introduces('classic')]);
    for (const auth of auths) {
      script.expect([pushLine('/v1.41'), says(done)]);
      await pushed(script.engine, auth ? { auth } : {});
      const header = script.requests.at(-1)?.headers['x-registry-auth'] as string;
      assert.match(header, /^[\w-]+={0,2}$/);
      assert.equal(header.length % 4, 0);
      assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), auth ?? {});
    }
    await script.finish();
  });

  it('asks for a platform as an object, and only where it is understood', async () => {
    const query = (platform: object): string =>
      `tag=1.0&${new URLSearchParams({ platform: JSON.stringify(platform) }).toString()}`;
    const script = await startScript([
      introduces('containerd'),
      [pushLine('/v1.51', query({ os: 'linux', architecture: 'arm64', variant: 'v8' })), says(done)],
      [pushLine('/v1.51', query({ os: 'linux', architecture: 'amd64' })), says(done)],
    ]);
    await pushed(script.engine, { platform: 'linux/arm64/v8' });
    await pushed(script.engine, { platform: 'linux/amd64' });
    await script.finish();
    const podman = { Version: '6.0', ApiVersion: '1.51', Components: [{ Name: 'Podman Engine' }] };
    for (const introduction of [introduces('classic'), ['GET /version', says(podman)]] satisfies Exchange[]) {
      const old = await startScript([introduction]);
      await assert.rejects(pushed(old.engine, { platform: 'linux/amd64' }), { code: 'engine-platform-unsupported' });
      await old.finish();
    }
  });

  it('fails with the engine’s words where it fails before it starts', async () => {
    const script = await startScript([
      introduces('podman'),
      [pushLine('/v1.41'), says(fixture('push-streams/podman-missing-tag.ndjson'), 404)],
      [pushLine('/v1.41'), says(fixture('push-streams/podman-malformed-auth-5443.ndjson'), 400)],
      [pushLine('/v1.41'), says({ errorDetail: { message: 'no space left on device' } }, 500)],
    ]);
    await assert.rejects(pushed(script.engine), { code: 'engine-image-missing', words: /image not known/ });
    await assert.rejects(pushed(script.engine), { code: 'engine-refused', status: 400, words: /illegal base64 data/ });
    await assert.rejects(pushed(script.engine), { code: 'engine-refused', words: 'no space left on device' });
    await script.finish();
  });

  /** Sends the beginning of an answer and leaves it open. */
  const begins: Exchange[1] = (outgoing) => {
    outgoing
      .writeHead(200)
      .write('{"status":"Pushing","id":"a","progressDetail":{"current":1,"total":2}}\r\n{"status":"Push');
  };

  it('gives out what came before the connection broke, and is lost', async () => {
    const script = await startScript([introduces('classic'), [pushLine('/v1.41'), begins]]);
    const events: string[] = [];
    const pushing = (async () => {
      for await (const event of script.engine.pushImage(target, {})) {
        events.push(event.type);
        script.server.closeAllConnections();
      }
    })();
    await assert.rejects(pushing, { code: 'engine-lost' });
    assert.deepEqual(events, ['layer']);
    await script.finish();
  });

  it('may be silent for longer than any question', async () => {
    const script = await startScript(
      [
        introduces('classic'),
        [
          pushLine('/v1.41'),
          (outgoing, incoming) => {
            begins(outgoing, incoming);
            // Another question runs into the limit meanwhile, and only then the push goes on.
            void script.engine.ping().catch(() => outgoing.end('ed","id":"a"}\r\n'));
          },
        ],
        ['GET /_ping', () => undefined],
      ],
      { silence: 500 },
    );
    const states = (await pushed(script.engine)).map((event) => event.type === 'layer' && event.state);
    assert.deepEqual(states, ['pushing', 'pushed']);
    await script.finish();
  });

  it('closes its request when it is aborted', async () => {
    const stop = new AbortController();
    let closed: Promise<unknown> | undefined;
    const script = await startScript([
      introduces('classic'),
      [
        pushLine('/v1.41'),
        (outgoing, incoming) => {
          closed = once(incoming.socket, 'close');
          begins(outgoing, incoming);
        },
      ],
    ]);
    const pushing = (async () => {
      for await (const event of script.engine.pushImage(target, { signal: stop.signal })) {
        assert.equal(event.type, 'layer');
        stop.abort();
      }
    })();
    await assert.rejects(pushing, CancelledError);
    await closed;
    await script.finish();
  });

  it('closes its request when the reader leaves', async () => {
    let closed: Promise<unknown> | undefined;
    const script = await startScript([
      introduces('classic'),
      [
        pushLine('/v1.41'),
        (outgoing, incoming) => {
          closed = once(incoming.socket, 'close');
          begins(outgoing, incoming);
        },
      ],
    ]);
    for await (const event of script.engine.pushImage(target, {})) {
      assert.equal(event.type, 'layer');
      break;
    }
    await closed;
    await script.finish();
  });

  it('is cancelled also when it is aborted right at its end', async () => {
    const script = await startScript([introduces('classic'), [pushLine('/v1.41'), says(done)]]);
    const stop = new AbortController();
    const pushing = (async () => {
      for await (const event of script.engine.pushImage(target, { signal: stop.signal }))
        if (event.type === 'digest') stop.abort();
    })();
    await assert.rejects(pushing, CancelledError);
    await script.finish();
  });

  it('sends nothing when it was aborted before', async () => {
    const script = await startScript([]);
    await assert.rejects(pushed(script.engine, { signal: AbortSignal.abort() }), CancelledError);
    await script.finish();
  });
});

describe('watching', () => {
  const line = `GET /v1.41/events?${new URLSearchParams({ filters: '{"type":["image"]}' }).toString()}`;

  it('gives out events as they come, however they are cut, and is lost when the engine ends its answer', async () => {
    const recorded = fixture('events/classic-all-actions.ndjson');
    const script = await startScript([
      introduces('classic'),
      [
        line,
        (outgoing) => {
          outgoing.writeHead(200).write(recorded.subarray(0, 1_000));
          outgoing.write('damaged\n');
          outgoing.end(recorded.subarray(1_000));
        },
      ],
    ]);
    const seen: string[] = [];
    const watching = (async () => {
      const { signal } = new AbortController();
      for await (const { action } of script.engine.watchImages({ signal, onOpen: () => seen.push('open') }))
        seen.push(action);
    })();
    await assert.rejects(watching, { code: 'engine-lost' });
    // One event was damaged on the way.
    assert.equal(seen.length, 1 + 33);
    assert.deepEqual(seen.slice(0, 2), ['open', 'tag']);
    await script.finish();
  });

  it('is open before the first event, and ends when it is aborted', async () => {
    const script = await startScript([
      introduces('classic'),
      [line, (outgoing) => outgoing.writeHead(200).flushHeaders()],
    ]);
    const stop = new AbortController();
    const watching = (async () => {
      for await (const event of script.engine.watchImages({ signal: stop.signal, onOpen: () => stop.abort() }))
        assert.fail(event.action);
    })();
    await assert.rejects(watching, CancelledError);
    await script.finish();
  });

  it('closes its request when what is told of the opening fails', async () => {
    let closed: Promise<unknown> | undefined;
    const script = await startScript([
      introduces('classic'),
      [
        line,
        (outgoing, incoming) => {
          closed = once(incoming.socket, 'close');
          outgoing.writeHead(200).flushHeaders();
        },
      ],
    ]);
    const onOpen = (): void => {
      throw new Error('mine');
    };
    const watching = script.engine.watchImages({ signal: new AbortController().signal, onOpen });
    await assert.rejects(watching[Symbol.asyncIterator]().next(), /mine/);
    await closed;
    await script.finish();
  });
});
