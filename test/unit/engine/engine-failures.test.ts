import assert from 'node:assert/strict';
import { linkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CancelledError } from '../../../src/base/index.ts';
import { connectionError } from '../../../src/engine/connection-error.ts';
import { openEngine } from '../../../src/engine/index.ts';
import { parseReference, type TaggedReference } from '../../../src/reference/index.ts';
import { makeRunFolder } from '../../support/run-folder.ts';
import { chosenAt, introduces, says, startScript, type Exchange } from './scripted-engine.ts';

const target = parseReference('127.0.0.1:5000/a/b:1') as TaggedReference;

/** What a list comes to when the engine answers it so. */
async function listRejects(answer: Exchange[1], expected: object): Promise<void> {
  const script = await startScript([introduces('classic'), ['GET /v1.41/images/json', answer]]);
  await assert.rejects(script.engine.listImages(), { name: 'EngineError', side: 'engine', ...expected });
  await script.finish();
}

describe('an engine that cannot be reached', () => {
  it('has no socket', async () => {
    const engine = openEngine(await chosenAt('unix:///nowhere/engine.sock'));
    const expected = { code: 'engine-unreachable', reason: 'no-socket', message: /unix:\/\/\/nowhere\/engine\.sock/ };
    await assert.rejects(engine.ping(), expected);
    await assert.rejects(engine.info(), expected);
    await assert.rejects(engine.listImages(), expected);
    await assert.rejects(engine.pushImage(target, {})[Symbol.asyncIterator]().next(), expected);
    engine.dispose();
  });

  it('left its socket behind', async () => {
    const folder = await makeRunFolder();
    const [socket, stale] = [join(folder.path, 'a.sock'), join(folder.path, 'b.sock')];
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    linkSync(socket, stale);
    await new Promise((resolve) => server.close(resolve));
    const engine = openEngine(await chosenAt(`unix://${stale}`));
    await assert.rejects(engine.listImages(), {
      code: 'engine-unreachable',
      reason: 'refused',
      message: /Start Docker/,
    });
    engine.dispose();
    await folder.remove();
  });

  it('is told apart by what the system says, with what helps', async () => {
    const chosen = await chosenAt('tcp://build.example:2375');
    const cases: [code: string, reason: string, message: RegExp][] = [
      ['EACCES', 'permission', /"docker"\) and sign in again, or use a rootless engine/],
      ['EPERM', 'permission', /may not use/],
      ['ENOTFOUND', 'unknown-host', /host .* is not known/],
      ['EAI_AGAIN', 'unknown-host', /network/],
      ['EHOSTUNREACH', 'no-route', /VPN/],
      ['ENETUNREACH', 'no-route', /VPN/],
      ['ETIMEDOUT', 'timeout', /did not answer in time/],
      ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', /DOCKER_CERT_PATH/],
      ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', /certificates/],
      ['EMFILE', 'other', /cannot be reached \(words\)/],
    ];
    for (const [code, reason, message] of cases) {
      const cause = Object.assign(new Error('words'), { code });
      const error = connectionError(cause, chosen);
      assert.deepEqual([error.code, error.reason, error.cause], ['engine-unreachable', reason, cause]);
      assert.match(error.message, message);
      assert.match(error.message, /tcp:\/\/build\.example:2375/);
    }
    assert.equal(connectionError(Object.assign(new Error(), { code: 'ECONNRESET' }), chosen).code, 'engine-lost');
  });

  it('says nothing', async () => {
    const script = await startScript([['GET /version', () => undefined]], { silence: 500 });
    await assert.rejects(script.engine.listImages(), { code: 'engine-unreachable', reason: 'timeout' });
    script.expect(introduces('classic'), [
      'GET /v1.41/images/json',
      (outgoing) => {
        outgoing.writeHead(200).write('[');
      },
    ]);
    await assert.rejects(script.engine.listImages(), { code: 'engine-unreachable', reason: 'timeout' });
    await script.finish();
  });
});

describe('an engine that breaks off', () => {
  it('before its answer', () => listRejects((outgoing) => outgoing.destroy(), { code: 'engine-lost' }));

  it('within its answer', () =>
    listRejects(
      (outgoing) => {
        outgoing.writeHead(200, { 'content-length': 100 });
        outgoing.write('[', () => outgoing.destroy());
      },
      { code: 'engine-lost' },
    ));

  it('is asked anew who it is', async () => {
    const script = await startScript([
      introduces('classic'),
      ['GET /v1.41/images/json', (outgoing) => outgoing.destroy()],
      introduces('containerd'),
      ['GET /v1.51/images/json', says([])],
      ['GET /v1.51/images/json', says([])],
    ]);
    await assert.rejects(script.engine.listImages(), { code: 'engine-lost' });
    assert.deepEqual(await script.engine.listImages(), []);
    assert.deepEqual(await script.engine.listImages(), []);
    await script.finish();
  });
});

describe('an engine that refuses', () => {
  it('is quoted: moby, Podman, and a body that is no JSON', async () => {
    const code = 'engine-refused';
    await listRejects(says({ message: 'invalid filter' }, 400), {
      code,
      status: 400,
      words: 'invalid filter',
      message: 'The engine refused: invalid filter',
    });
    await listRejects(says({ cause: 'why', message: 'what', response: 500 }, 500), {
      code,
      status: 500,
      words: 'what',
    });
    await listRejects(says({ errorDetail: { message: 'pushing failed' } }, 500), { code, words: 'pushing failed' });
    await listRejects(says('client version 1.23 is too old', 400), { code, words: 'client version 1.23 is too old' });
    await listRejects(says('', 503), { code, status: 503, message: 'The engine refused: HTTP 503' });
  });

  it('is quoted without secrets and control characters', () =>
    listRejects(says({ message: 'Put "https://u:p@host/upload?_state=secret"\r\n\u001b[31mred' }, 500), {
      message: 'The engine refused: Put "https://host/upload?…" red',
    }));

  it('is quoted up to a cap', async () => {
    const script = await startScript([
      introduces('classic'),
      ['GET /v1.41/images/json', (outgoing) => outgoing.writeHead(500).end('x'.repeat(1_000_000))],
    ]);
    await assert.rejects(script.engine.listImages(), (error: { words: string; message: string }) => {
      assert(error.words.length <= 64 * 1024);
      assert(error.message.length < 400);
      return true;
    });
    await script.finish();
  });

  it('has no such image', async () => {
    const script = await startScript([
      introduces('classic'),
      ['GET /v1.41/images/a/b:1/json', says({ message: 'No such image: a/b:1' }, 404)],
    ]);
    await assert.rejects(script.engine.inspectImage('a/b:1'), {
      code: 'engine-image-missing',
      status: 404,
      words: 'No such image: a/b:1',
      message: /a\/b:1/,
    });
    await script.finish();
  });
});

describe('what is no engine', () => {
  const expected = { name: 'EngineError', code: 'engine-protocol' };

  it('answers with a page, another shape, an error page or a redirect that is not followed', async () => {
    const html = '<html>Welcome to nginx!</html>';
    const redirect: Exchange[1] = (outgoing) => outgoing.writeHead(301, { location: `unix:///elsewhere` }).end('moved');
    for (const answer of [says(html), says([]), says({ Version: 5 }), says(html, 404), redirect]) {
      const script = await startScript([['GET /version', answer]]);
      await assert.rejects(script.engine.listImages(), expected);
      // Once an engine is there, it is found.
      script.expect(introduces('classic'), ['GET /v1.41/images/json', says([])]);
      await script.engine.listImages();
      await script.finish();
    }
    for (const answer of [
      says({}),
      says([{ Id: 5 }]),
      says([{ Id: '' }]),
      says([{ Id: 'x', RepoTags: 'y' }]),
      says('null'),
    ])
      await listRejects(answer, expected);
  });

  it('does not answer a ping', async () => {
    const script = await startScript([
      ['GET /_ping', says('OK')],
      ['GET /_ping', says('<html>')],
    ]);
    await script.engine.ping();
    await assert.rejects(script.engine.ping(), expected);
    await script.finish();
  });

  it('does not speak HTTP', async () => {
    const folder = await makeRunFolder();
    const socket = join(folder.path, 'a.sock');
    const server = createServer((connection) => connection.resume().end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    const engine = openEngine(await chosenAt(`unix://${socket}`));
    await assert.rejects(engine.ping(), expected);
    engine.dispose();
    await new Promise((resolve) => server.close(resolve));
    await folder.remove();
  });
});

describe('a caller who aborts', () => {
  it('gets CancelledError at once, before and while the engine is asked', async () => {
    const script = await startScript([]);
    await assert.rejects(script.engine.listImages(AbortSignal.abort()), CancelledError);
    await assert.rejects(script.engine.ping(AbortSignal.abort()), CancelledError);
    const stop = new AbortController();
    script.expect(introduces('classic'), ['GET /v1.41/images/json', () => stop.abort()]);
    await assert.rejects(script.engine.listImages(stop.signal), CancelledError);
    await script.finish();
  });

  it('does not stop another who waits for the same answer', async () => {
    const stop = new AbortController();
    const [line, introduce] = introduces('classic');
    const script = await startScript([
      [
        line,
        (outgoing, incoming) => {
          stop.abort();
          setImmediate(() => introduce(outgoing, incoming));
        },
      ],
      ['GET /v1.41/images/json', says([])],
    ]);
    const [one, other] = await Promise.allSettled([script.engine.listImages(stop.signal), script.engine.listImages()]);
    assert(one.status === 'rejected' && one.reason instanceof CancelledError);
    assert.equal(other.status, 'fulfilled');
    await script.finish();
  });
});

describe('an engine that is let go', () => {
  it('loses what still runs, and what is asked later', async () => {
    let asked = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (asked = resolve));
    const script = await startScript([introduces('classic'), ['GET /v1.41/images/json', () => asked()]]);
    const listing = assert.rejects(script.engine.listImages(), { code: 'engine-lost' });
    await waiting;
    script.engine.dispose();
    await listing;
    await assert.rejects(script.engine.ping(), { code: 'engine-lost' });
    await script.finish();
  });
});
