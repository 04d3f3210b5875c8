import assert from 'node:assert/strict';
import { startFaultServer } from '../../support/fault-server.ts';
import type { Fault } from '../../support/fault-server.ts';

/** The answers to GET /v2/, to the POST that begins an upload, and to its body. */
const expected: Record<Fault, [number, number, number]> = {
  'html-200': [200, 200, 200],
  'html-404': [404, 404, 404],
  'html-503': [503, 503, 503],
  'denied-403': [200, 403, 404],
  'rate-limited-429': [200, 429, 404],
  'name-unknown-404': [200, 404, 404],
  'too-large-413': [200, 202, 413],
  'upload-503-html': [200, 202, 503],
  'upload-503-json': [200, 503, 404],
};

describe('servers that are no registry, or a refusing one', () => {
  for (const [fault, statuses] of Object.entries(expected) as [Fault, [number, number, number]][])
    it(fault, async () => {
      const server = await startFaultServer(fault);
      try {
        const ping = await fetch(`${server.url}/v2/`);
        const begun = await fetch(`${server.url}/v2/rec/app/blobs/uploads/`, { method: 'POST' });
        const place = begun.headers.get('location') ?? '/v2/rec/app/blobs/uploads/1';
        const sent = await fetch(server.url + place, { method: 'PATCH', body: 'x'.repeat(100_000) });
        assert.deepEqual([ping.status, begun.status, sent.status], statuses);

        const failing = [ping, begun, sent][statuses.findIndex((status) => status !== 200 && status !== 202)] ?? ping;
        const body = await failing.text();
        if (/html|413/.test(fault)) assert.match(body, /^<html>[^]*nginx/);
        else assert.deepEqual(Object.keys(JSON.parse(body) as object), ['errors']);
        if (fault === 'rate-limited-429') assert.equal(failing.headers.get('retry-after'), '3');
        assert.deepEqual(server.requests[1], { method: 'POST', url: '/v2/rec/app/blobs/uploads/' });
      } finally {
        await server.stop();
      }
      await assert.rejects(fetch(server.url));
    });
});
