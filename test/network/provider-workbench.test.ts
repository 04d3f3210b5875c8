import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { apiHost } from '../../src/reference/index.ts';
import { providerOf, providers } from '../../src/registry/index.ts';
import { pushImage } from '../support/main-job.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { type ApiRoute, apiSites } from '../support/stage/api-site.ts';
import { gateOf } from '../support/stage/gate.ts';
import { setStage, type Stage } from '../support/stage/stage.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from '../workbench/scene.ts';
import { dockerHub } from './providers/docker-hub.ts';
import { github } from './providers/github.ts';
import { cases, names } from './providers/index.ts';
import { digest, type ProviderCase } from './providers/provider-case.ts';

const hub = 'hub.docker.com';
const hubToken = `Bearer ${dockerHub.apiToken?.value ?? ''}`;
const packages = { host: 'api.github.com', authorization: `Bearer ${github.secret}` };
const userPackages = '/user/packages?package_type=container&per_page=100';

/** What is asked where no namespace was added: that of the one who signed in. */
const jobs: readonly { readonly one: ProviderCase; readonly routes: readonly ApiRoute[] }[] = [
  {
    one: github,
    routes: [
      {
        ...packages,
        request: `GET ${userPackages}`,
        answer: {
          status: 200,
          headers: { link: `<https://api.github.com${userPackages}&page=2>; rel="next"` },
          body: [{ id: 1, name: 'api', owner: { login: 'mira' } }],
        },
      },
      {
        ...packages,
        request: `GET ${userPackages}&page=2`,
        answer: { status: 200, body: [{ id: 2, name: 'web', owner: { login: 'mira' } }] },
      },
      {
        ...packages,
        request: 'GET /user/packages/container/api/versions?state=active&per_page=100',
        answer: {
          status: 200,
          body: [{ id: 3, name: digest('a'), metadata: { package_type: 'container', container: { tags: ['0.9'] } } }],
        },
      },
    ],
  },
  {
    one: dockerHub,
    routes: [
      dockerHub.routes![0]!,
      {
        host: hub,
        request: 'GET /v2/repositories/mira?page_size=100',
        authorization: hubToken,
        answer: {
          status: 200,
          body: { next: `https://${hub}/v2/repositories/mira?page=2&page_size=100`, results: [{ name: 'api' }] },
        },
      },
      {
        host: hub,
        request: 'GET /v2/repositories/mira?page=2&page_size=100',
        authorization: hubToken,
        answer: { status: 200, body: { next: null, results: [{ name: 'web' }] } },
      },
      {
        // Asked before a push: whether the tag is immutable.
        host: hub,
        request: 'GET /v2/repositories/mira/api',
        authorization: hubToken,
        answer: { status: 200, body: { name: 'api', immutable_tags_settings: { enabled: false, rules: ['.*'] } } },
      },
      {
        host: hub,
        request: 'GET /v2/namespaces/mira/repositories/api/tags?page_size=100',
        authorization: hubToken,
        answer: { status: 200, body: { next: null, results: [{ name: '0.9', digest: digest('a') }] } },
      },
    ],
  },
];

describe('a provider under its own name, in the workbench', () => {
  let stage: Stage;
  let scene: Scene;
  let workbench: Workbench;
  const registries = new Map<ProviderCase, RunningRegistry>();

  before(async () => {
    stage = await setStage(names);
    for (const { one, routes } of jobs) {
      const registry = await startRegistry();
      registries.set(one, registry);
      const account = { username: one.username!, password: one.secret };
      const place = { host: apiHost(one.host), backend: registry.url };
      const gate = gateOf({ ...place, gate: one.gate, account, refusals: one.refused });
      stage.open([...gate.sites, ...apiSites(routes, gate)]);
    }
    const { hostsFile, caFile } = stage;
    scene = await startScene('classic', {}, { NODE_EXTRA_CA_CERTS: caFile }, {}, { hostsFile, caFile });
    await buildTestImage(scene.engine, 'api:1');
    workbench = await scene.open();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
    for (const registry of registries.values()) await registry.stop();
    await stage.stop();
  });

  const choose = async (kind: string): Promise<void> => {
    await workbench.runCommand('Docker Push: Add Registry…');
    await workbench.quickInput.waitForTitle('Add Registry');
    await workbench.quickInput.pick(kind);
  };

  for (const { one } of jobs)
    describe(one.host, () => {
      const { host, secret } = one;
      const username = one.username!;

      const unfold = async (label: string): Promise<void> => {
        const row = workbench.row(label, 'Registries');
        await row.waitFor();
        if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
      };

      it('is added with one choice and one secret; a wrong one is told with what it takes', async () => {
        const { quickInput } = workbench;
        await choose(providerOf(host)!.name);
        if (one === github) {
          await quickInput.waitForTitle(`Sign in to ${host}`);
          await quickInput.pick('Type a user name and a password or token');
        }
        await quickInput.waitForTitle(`Sign in to ${host} (1/2)`);
        await quickInput.fill(username);
        await quickInput.accept();
        await quickInput.waitForTitle(`Sign in to ${host} (2/2)`);
        await quickInput.fill('wrong-planted');
        await quickInput.accept();
        await quickInput.waitForValidation(one.signInRefused);
        assert.match(await quickInput.message(), / It takes: Personal access token/u);
        await quickInput.fill(secret);
        await quickInput.accept();
        await quickInput.waitUntilClosed();
        await workbench.page.getByRole('treeitem', { name: `${host}, mira (stored here)`, exact: true }).waitFor();
      });

      it('shows its repositories, page by page, and their tags', async () => {
        await unfold(host);
        await workbench.page.getByRole('treeitem', { name: 'Load more (1 so far)' }).click();
        await workbench.row(`${host}/mira/web`).waitFor();
        await unfold(`${host}/mira/api`);
        await workbench.row(`${host}/mira/api:0.9`).waitFor();
        // Rows out of sight are not drawn: those of the next one would be.
        await workbench.row(host, 'Registries').locator('.monaco-tl-twistie').click();
      });

      it('is pushed to from the context menu, and confirms it', async () => {
        await pushImage(workbench, { image: 'api:1', destination: host, name: 'mira/api:1' });
        const ends = (await endings(workbench)).filter(({ text }) => text.includes(host));
        assert.equal(ends.length, 1);
        assert.match(ends[0]!.text, new RegExp(`^Pushed ${host}/mira/api:1 — .* · confirmed by the registry`, 'u'));
        assert.ok(await digestAt(registries.get(one)!, 'mira/api', '1'));
        await workbench.clearNotifications();
      });

      it('got the secret where it belongs, and nobody else did', () => {
        const pair = Buffer.from(`${username}:${secret}`).toString('base64');
        const saw = stage.seen.filter(({ path: asked, headers, body }) =>
          [secret, pair].some((form) => `${asked} ${JSON.stringify(headers)} ${body}`.includes(form)),
        );
        assert.deepEqual([...new Set(saw.map(({ host }) => host))].sort(), [...one.secretGoesTo].sort());
        assert.deepEqual(stage.faults, []);
      });
    });

  for (const { id, name, place } of providers.filter(({ id }) => !jobs.some(({ one }) => one.id === id)))
    it(`asks for no more than a sign-in${place ? ' and for the host, which cannot be known' : ''}: ${name}`, async () => {
      const { quickInput } = workbench;
      const one = cases.findLast((known) => known.id === id)!;
      await choose(name);
      if (place) {
        await quickInput.waitForTitle(`Add Registry: ${name} (2/2)`);
        await quickInput.fill(one.host);
        await quickInput.accept();
      }
      // Of what is no kind that is known, nobody knows yet whether it wants one.
      if (id === 'generic') await quickInput.waitUntilClosed();
      else {
        await quickInput.waitForTitle(`Sign in to ${one.host}`);
        await quickInput.escape();
      }
      await workbench.row(one.host, 'Registries').waitFor();
      const settings = await readFile(path.join(scene.server.dataDir, 'data/User/settings.json'), 'utf8');
      const added = (JSON.parse(settings) as Record<string, object[]>)['dockerPush.registries']?.at(-1);
      const set = id === 'generic' ? undefined : one.set;
      assert.deepEqual(added, { registry: one.host, ...(set !== undefined && { provider: set }) });
    });
});
