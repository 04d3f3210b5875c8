import assert from 'node:assert/strict';
import type { PasswordCredential } from '../../src/credentials/index.ts';
import type { Engine } from '../../src/engine/index.ts';
import type { PushResult } from '../../src/push/index.ts';
import { apiHost } from '../../src/reference/index.ts';
import { checkSignIn, type Page, type PageRequest, providerOf, providers } from '../../src/registry/index.ts';
import { type EngineKind, type RunningEngine, startEngine } from '../support/engine.ts';
import { buildImage } from '../support/images.ts';
import { browserFor, credentialFor, engineAt, type ProviderJob, pushAs } from '../support/provider-job.ts';
import { putImage } from '../support/registry-content.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { apiSites } from '../support/stage/api-site.ts';
import type { Seen } from '../support/stage/front.ts';
import { type Gate, gateOf } from '../support/stage/gate.ts';
import { setStage, type Stage } from '../support/stage/stage.ts';
import { cases, names } from './providers/index.ts';
import type { ProviderCase } from './providers/provider-case.ts';

const wrong = 'wrong-planted';
/** The engine with containerd's image store signs in in another way: two providers, one with each kind of door, show it. */
const kindsFor = ({ id }: ProviderCase): EngineKind[] =>
  id === 'docker-hub' || id === 'artifactory' ? ['classic', 'containerd'] : ['classic'];

describe('providers under their own names', () => {
  let stage: Stage;
  const engines = new Map<EngineKind, { running: RunningEngine; engine: Engine }>();

  before(async function () {
    this.timeout(120_000);
    stage = await setStage(names);
    for (const kind of ['classic', 'containerd'] satisfies EngineKind[]) {
      const running = await startEngine({ kind, hostsFile: stage.hostsFile, caFile: stage.caFile });
      await buildImage(running.socketPath, 'api:1', [{ path: '/a', content: Buffer.from('a') }]);
      engines.set(kind, { running, engine: await engineAt(running.endpoint) });
    }
  });
  after(async () => {
    for (const { running, engine } of engines.values()) {
      engine.dispose();
      await running.stop();
    }
    await stage.stop();
  });

  it('are all there', () => {
    assert.deepEqual(
      providers.map(({ id }) => id).filter((id) => !cases.some((one) => one.id === id)),
      [],
    );
  });

  for (const one of cases)
    describe(one.host, () => {
      const { host, secret } = one;
      const provider = providerOf(host, one.set);
      const typed = (text: string): PasswordCredential => credentialFor(provider, one.username, text);
      const credential = typed(secret);
      let registry: RunningRegistry;
      let gate: Gate;
      let close: () => void;
      let from: number;
      let faultsBefore: number;

      before(async () => {
        from = stage.seen.length;
        faultsBefore = stage.faults.length;
        registry = await startRegistry();
        for (const [path, tags] of Object.entries(one.content ?? {})) await putImage(registry, path, tags);
        gate = gateOf({
          host: apiHost(host),
          gate: one.gate,
          account: credential,
          refusals: one.refused,
          backend: registry.url,
        });
        close = stage.open([...gate.sites, ...apiSites(one.routes ?? [], gate)]);
      });
      after(async () => {
        close();
        await registry.stop();
      });

      const seen = (): readonly Seen[] => stage.seen.slice(from);
      /** The hosts that got this, in whatever form, as far as requests were read. */
      const hostsThatSaw = (text: string): string[] => {
        const pair = Buffer.from(`${typed(text).username}:${text}`).toString('base64');
        const forms = [text, encodeURIComponent(text), pair];
        const saw = ({ path, headers, body }: Seen): boolean =>
          forms.some((form) => `${path} ${JSON.stringify(headers)} ${body}`.includes(form));
        return [
          ...new Set(
            seen()
              .filter(saw)
              .map(({ host }) => host),
          ),
        ].sort();
      };
      const job = (): ProviderJob => ({ host, provider, credential, ca: stage.ca });
      const push = (path: string, kind: EngineKind): Promise<PushResult> =>
        pushAs(engines.get(kind)!.engine, 'api:1', `${host}/${path.includes(':') ? path : `${path}:1`}`, job());

      it('is known by its name, or by what is set', () => {
        assert.equal(provider?.id, one.id);
        assert.equal(providerOf(host)?.id, one.set === undefined ? one.id : undefined);
      });

      it('takes the credential of its kind, and no other, which it says in its own words', async () => {
        const key = { registry: host, ...(one.namespace !== undefined && { namespace: one.namespace }) };
        const check = (text: string) => checkSignIn(key, typed(text), { ca: stage.ca });
        assert.deepEqual(await check(secret), { status: 'accepted', transport: 'https' });
        const refused = await check(wrong);
        assert.equal(refused.status, 'refused');
        assert.match(refused.message, /did not accept the sign-in\. It says: /u);
        assert.match(refused.message, one.signInRefused);
        assert.doesNotMatch(refused.message, /planted/u);
      });

      it('lists its repositories and tags, page by page', async () => {
        const browser = browserFor(job());
        const repositories = await pagesOf((page) => browser.repositories(one.namespace, page));
        assert.deepEqual(
          repositories.map((page) => page.map(({ repository }) => repository.path)),
          one.repositories,
        );
        const tags = await pagesOf((page) => browser.remoteTags(one.tags.path, page));
        assert.deepEqual(
          tags.map((page) => page.map(({ name }) => name)),
          one.tags.pages,
        );
        assert.ok(repositories.length > 1 && tags.length > 1);
      });

      for (const kind of kindsFor(one)) {
        it(`is pushed to by a real engine, ${kind} image store`, async () => {
          const result = await push(one.push, kind);
          assert.equal(result.outcome, 'pushed', JSON.stringify(result));
          assert.equal(result.verification, 'confirmed');
          assert.deepEqual(result.warnings, []);
          const uploads = seen().filter(({ method, path }) => method === 'PUT' && path.includes(`/${one.push}/`));
          assert.ok(uploads.length > 0);
          for (const { host: at, headers } of uploads) {
            assert.equal(at, apiHost(host));
            assert.match(headers['user-agent'] ?? '', /^(?:docker|containerd)\//u);
          }
        });

        for (const { path, code, message } of one.refused)
          it(`refuses a push to ${path}, which is explained, ${kind} image store`, async () => {
            const result = await push(path, kind);
            assert.equal(result.outcome, 'failed', JSON.stringify(result));
            assert.equal(result.error.code, code, result.error.message);
            assert.match(result.error.message, message);
            assert.doesNotMatch(JSON.stringify(result), /planted/u);
          });
      }

      it('gets its secrets where they belong, and they go nowhere else', () => {
        assert.deepEqual(hostsThatSaw(secret), [...one.secretGoesTo].sort());
        for (const host of hostsThatSaw(wrong)) assert.ok(one.secretGoesTo.includes(host), host);
        for (const token of gate.tokens)
          assert.deepEqual(
            hostsThatSaw(token).filter((at) => at !== apiHost(host)),
            [],
          );
        if (one.gate.kind === 'bearer') assert.ok(gate.tokens.length > 0);
        if (one.apiToken) assert.deepEqual(hostsThatSaw(one.apiToken.value), one.apiToken.goesTo);
        // No other provider's either.
        const own = new Set([host, ...(one.others ?? [])]);
        assert.deepEqual(
          seen()
            .map(({ host }) => host)
            .filter((at) => !own.has(at)),
          [],
        );
        for (const other of cases) if (other !== one) assert.deepEqual(hostsThatSaw(other.secret), [], other.host);
        assert.deepEqual(stage.faults.slice(faultsBefore), []);
      });
    });
});

/** Two on a page. */
async function pagesOf<T>(load: (page: PageRequest) => Promise<Page<T>>): Promise<(readonly T[])[]> {
  const pages: (readonly T[])[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await load({ limit: 2, ...(after !== undefined && { after }) });
    pages.push(items);
    after = next;
  } while (after !== undefined && pages.length < 10);
  return pages;
}
