import assert from 'node:assert/strict';
import { readLastRequest, requestsOf } from '../../../src/editor/commands/last-request.ts';
import type { PushOrder } from '../../../src/editor/push-order.ts';

const kept = (orders: readonly PushOrder[]): unknown => JSON.parse(JSON.stringify(requestsOf(orders)));

describe('the last request', () => {
  it('is kept by the names of its images, with its targets and what was said of each', () => {
    const orders: PushOrder[] = [
      {
        image: { name: 'api:1', id: `sha256:${'0'.repeat(64)}` },
        targets: ['registry.example.com/api:1', 'registry.example.com/api:latest'],
        platform: 'linux/arm64',
        overwrite: 'refuse',
      },
      { image: { name: 'web:dev' }, targets: ['registry.example.com/web:dev'] },
    ];
    const [first, second] = orders as [PushOrder, PushOrder];
    assert.deepEqual(readLastRequest(kept(orders)), [{ ...first, image: { name: 'api:1' } }, second]);
  });

  for (const damaged of [
    undefined,
    'api:1',
    {},
    [],
    [undefined],
    [{ image: 'api:1' }],
    [{ image: 'api:1', targets: [] }],
    [{ image: 'API', targets: ['registry.example.com/api:1'] }],
    [{ image: 'api:1', targets: ['registry.example.com/api:1'], password: 'planted' }],
  ])
    it(`is nothing where this was kept: ${JSON.stringify(damaged)}`, () => {
      assert.deepEqual(readLastRequest(damaged), []);
    });
});
