import assert from 'node:assert/strict';
import type { Engine } from '../../src/engine/index.ts';
import { formatReference } from '../../src/reference/index.ts';
import { checkSignIn } from '../../src/registry/index.ts';
import { type RunningEngine, startEngine } from '../support/engine.ts';
import { buildImage } from '../support/images.ts';
import { browserFor, credentialFor, engineAt, pushAs } from '../support/provider-job.ts';
import { liveAccounts } from './accounts.ts';

describe('live', () => {
  let running: RunningEngine;
  let engine: Engine;

  before(async () => {
    running = await startEngine({ kind: 'classic' });
    // Another image each time: what is there already would prove no upload.
    const content = Buffer.from(new Date().toISOString());
    await buildImage(running.socketPath, 'api:1', [{ path: '/now', content }]);
    engine = await engineAt(running.endpoint);
  });
  after(async () => {
    engine.dispose();
    await running.stop();
  });

  for (const { provider, target, username, secret } of liveAccounts())
    describe(provider.name, () => {
      const { registry: host, path } = target.repository;
      const job = { host, provider, credential: credentialFor(provider, username, secret) };

      it('takes the credential, and no wrong one', async () => {
        assert.equal((await checkSignIn({ registry: host }, job.credential, { repository: path })).status, 'accepted');
        const wrong = credentialFor(provider, username, `${secret.slice(0, -4)}0000`);
        assert.equal((await checkSignIn({ registry: host }, wrong)).status, 'refused');
      });

      it('is pushed to, confirms it, and lists the tag', async () => {
        const result = await pushAs(engine, 'api:1', formatReference(target), job);
        assert.equal(result.outcome, 'pushed', JSON.stringify(result));
        assert.equal(result.verification, 'confirmed');
        const { items } = await browserFor(job).remoteTags(path, {});
        assert.ok(items.some(({ name }) => name === target.tag));
      });

      it('lists repositories', async () => {
        const namespace = path.slice(0, path.lastIndexOf('/'));
        const { items } = await browserFor(job).repositories(namespace === '' ? undefined : namespace, {});
        assert.ok(items.length > 0);
      });
    });
});
