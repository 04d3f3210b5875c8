import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { CancelledError, type Clock } from '../../../src/base/index.ts';
import { openRegistry, type RegistryClient, type RegistryOptions } from '../../../src/registry/index.ts';
import { retryAfterMs, waitInWords } from '../../../src/registry/retry-after.ts';
import type { ScriptedServer, Step, StepAnswer } from '../../support/registry-server.ts';
import { body, descriptor, digest, failure, finishAll, get, head, ping, scripted, served, tag } from './scenario.ts';

const timeoutMs = 60_000;

/** On which every wait is over at once, but the one for a call's end, which never comes. */
class PassingClock implements Clock {
  readonly waits: number[] = [];
  #time = 0;

  now(): number {
    return this.#time;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (milliseconds === timeoutMs)
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new CancelledError())));
    this.waits.push(milliseconds);
    this.#time += milliseconds;
    return Promise.resolve();
  }
}

describe('trying again', () => {
  let server: ScriptedServer;
  let clock: PassingClock;
  beforeEach(async () => {
    server = await scripted();
    clock = new PassingClock();
  });
  afterEach(finishAll);

  const open = (options: RegistryOptions = {}): RegistryClient =>
    openRegistry(server.host, { transport: 'http', clock, timeoutMs, ...options });
  const resolve = (client = open()) => client.resolve(tag(server.host));
  const fails = (status: number, headers: Record<string, string> = {}): Step => ({
    request: head,
    answer: { status, headers },
  });
  const breaks = (request: string): Step => ({ request, answer: (response: ServerResponse) => response.destroy() });
  const good: Step = { request: head, answer: served() };

  for (const status of [408, 429, 500, 502, 503, 504])
    it(`is done after ${status}`, async () => {
      server.expect(fails(status), good);
      assert.deepEqual(await resolve(), descriptor);
      assert.deepEqual(clock.waits, [500]);
    });

  for (const code of ['TOOMANYREQUESTS', 'UNKNOWN', 'UNAVAILABLE'])
    it(`is done after the code ${code}`, async () => {
      const words: StepAnswer = { status: 400, body: { errors: [{ code }] } };
      server.expect({ request: get, answer: words }, { request: get, answer: served() });
      assert.deepEqual((await open().manifest(tag(server.host)))?.descriptor, descriptor);
    });

  it('is done after a connection that broke, and after half an answer', async () => {
    const half = (response: ServerResponse): void => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 9), () => response.destroy());
    };
    server.expect(breaks(get), { request: get, answer: half }, { request: get, answer: served() });
    assert.deepEqual((await open().manifest(tag(server.host)))?.descriptor, descriptor);
    assert.deepEqual(clock.waits, [500, 1_000]);
  });

  it('is given up after three times, each after twice as long', async () => {
    server.expect(fails(503), fails(502), fails(500), fails(504));
    assert.equal((await failure(resolve())).status, 504);
    assert.deepEqual(clock.waits, [500, 1_000, 2_000]);
  });

  it('is given up when the time of the call would be over', async () => {
    const passing = (wait: number): Step => fails(503, { 'retry-after': String(wait) });
    server.expect(passing(30), passing(29), passing(2));
    const error = await failure(resolve());
    assert.equal(error.retryAfterMs, 2_000);
    assert.deepEqual(clock.waits, [30_000, 29_000]);
  });

  for (const status of [400, 401, 403, 405, 501])
    it(`is not done after ${status}`, async () => {
      const request = 'GET /v2/acme/api/tags/list?n=100';
      server.expect({ request, answer: { status } });
      await failure(open().tags({ registry: server.host, path: 'acme/api' }));
    });

  it('is not done where nothing listens', async () => {
    const error = await failure(resolve(openRegistry('127.0.0.1:1', { transport: 'http', clock, timeoutMs })));
    assert.equal(error.temporary, true);
    assert.deepEqual(clock.waits, []);
  });

  it('is not done for a ping, which asks how it is now', async () => {
    server.expect({ request: ping, answer: { status: 503 } });
    await failure(open().ping());
  });

  it('is not done where that is not wanted', async () => {
    server.expect(fails(503));
    await failure(resolve(open({ retries: 0 })));
  });

  it('ends when the caller cancels', async () => {
    const cancel = new AbortController();
    clock.sleep = (milliseconds, signal) => {
      if (milliseconds !== timeoutMs) cancel.abort();
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new CancelledError())));
    };
    server.expect(fails(503));
    await assert.rejects(open().resolve(tag(server.host), cancel.signal), CancelledError);
  });

  describe('what changes something', () => {
    const put = 'PUT /v2/acme/api/manifests/stable';
    const post = 'POST /v2/acme/api/blobs/uploads/';
    const mayPush = () => open().mayPush({ registry: server.host, path: 'acme/api' });

    it('is done where twice is as good as once', async () => {
      const read = { request: get, answer: served() };
      const created = { request: put, answer: { status: 201, headers: { 'docker-content-digest': digest } } };
      server.expect(read, breaks(put), read, { request: put, answer: { status: 500 } }, read, created);
      assert.deepEqual(await open().retag(tag(server.host), 'stable'), descriptor);
    });

    for (const status of [429, 503])
      it(`is done where nothing was begun (${status})`, async () => {
        server.expect({ request: post, answer: { status } }, { request: post, answer: { status: 202 } });
        assert.deepEqual(await mayPush(), { kind: 'granted' });
      });

    for (const [name, step] of [
      ['500', { request: post, answer: { status: 500 } }],
      ['a connection that broke', breaks(post)],
    ] as const)
      it(`is not done where something may have been begun (${name})`, async () => {
        server.expect(step);
        await failure(mayPush());
      });
  });

  it('is done at the token server, too', async () => {
    const tokens = await scripted();
    const challenge = { 'www-authenticate': `Bearer realm="${tokens.url}/token"` };
    const request = 'GET /token?scope=repository%3Aacme%2Fapi%3Apull';
    server.expect(fails(401, challenge), fails(401, challenge), good);
    tokens.expect(
      { request, answer: { status: 503, headers: { 'retry-after': '7' } } },
      { request, answer: { status: 200, body: { token: 't' } } },
    );
    assert.deepEqual(await resolve(), descriptor);
    assert.deepEqual(clock.waits, [7_000]);
  });

  describe('when it is asked', () => {
    const now = Date.parse('2026-05-05T12:00:00Z');
    const wait = (headers: Record<string, string>) => retryAfterMs({ headers }, now);

    it('is in seconds', () => assert.equal(wait({ 'retry-after': '120' }), 120_000));
    it('is by a date, of this clock', () =>
      assert.equal(wait({ 'retry-after': 'Tue, 05 May 2026 12:00:30 GMT' }), 30_000));
    it('is by a date, of the other side’s clock', () => {
      const headers = { date: 'Tue, 05 May 2026 09:00:00 GMT', 'retry-after': 'Tue, 05 May 2026 09:00:10 GMT' };
      assert.equal(wait(headers), 10_000);
    });
    it('is by Docker Hub’s seconds since 1970', () => {
      const headers = { date: 'Tue, 05 May 2026 12:00:00 GMT', 'x-retry-after': String(now / 1_000 + 45) };
      assert.equal(wait(headers), 45_000);
    });
    it('is by seconds under Docker Hub’s name, too', () => assert.equal(wait({ 'x-retry-after': '5' }), 5_000));
    it('is at once for what is past', () => assert.equal(wait({ 'retry-after': 'Tue, 05 May 2026 11:00:00 GMT' }), 0));
    for (const value of ['soon', '-1', '1.5', '', '2026'.repeat(9), '5 May'])
      it(`is not by ${JSON.stringify(value)}`, () => assert.equal(wait({ 'retry-after': value }), undefined));

    for (const [milliseconds, words] of [
      [undefined, 'later'],
      [0, 'in a second'],
      [29_001, 'in 30 seconds'],
      [119_000, 'in 119 seconds'],
      [121_000, 'in 3 minutes'],
      [3 * 3_600_000, 'in 3 hours'],
      [100_000_000, 'later'],
    ] as const)
      it(`says ${words}`, () => assert.equal(waitInWords(milliseconds), words));

    it('is said to the user', async () => {
      server.expect(fails(429, { 'retry-after': '600' }));
      const error = await failure(resolve());
      assert.equal(error.message, `${server.host} takes no more requests for now. Try again in 10 minutes.`);
      assert.equal(error.retryAfterMs, 600_000);
    });
  });
});
