import assert from 'node:assert/strict';
import {
  type CheckedPush,
  type Finding,
  type FindingEnd,
  PushChecks,
} from '../../../../src/editor/checks/push-checks.ts';
import { readCheckRules } from '../../../../src/editor/checks/check-rules.ts';
import { CancelledError, type SeverityCounts } from '../../../../src/base/index.ts';
import type { Engine, ImageDescription } from '../../../../src/engine/index.ts';
import type { ImageInspector, InspectedImage, LayerSecret } from '../../../../src/inspection/index.ts';
import { parseTarget } from '../../../../src/reference/index.ts';
import { silent } from '../workspace-facts/silent.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const details = {
  ...{ id: digest('a'), configDigest: digest('a'), references: [], digests: [], sizeBytes: 9 },
  ...{ layers: [digest('b')], createdAt: undefined },
};
const token = `ghp_${'A1b2C3d4E5f6'.repeat(3)}`;
const push = (target = 'registry.example/team/api:1'): CheckedPush => ({
  ...{ name: 'api:1', details, latestAlone: false },
  target: parseTarget(target),
});
const { signal } = new AbortController();
const none: SeverityCounts = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };

describe('checking a push', () => {
  let described: number;
  let read: number;
  let scanned: number;
  let logged: string[];
  beforeEach(() => {
    described = 0;
    read = 0;
    scanned = 0;
    logged = [];
  });

  interface Arranged {
    readonly labels?: Record<string, string>;
    /** Of layers that were read before. */
    readonly known?: readonly LayerSecret[];
    /** What reading them gives. */
    readonly found?: readonly LayerSecret[] | Error;
    readonly counts?: SeverityCounts;
    readonly isSilent?: boolean;
  }
  const engine = ({ labels = {}, isSilent = false }: Arranged): Engine =>
    ({
      describeImage: (): Promise<ImageDescription> => {
        described += 1;
        if (isSilent) return Promise.reject(new Error('The engine does not tell.'));
        const config = { config: { Labels: labels }, rootfs: { diff_ids: details.layers }, history: [] };
        return Promise.resolve({ details, config: { ...config, os: 'linux', architecture: 'amd64' } });
      },
      saveImage: () => assert.fail('what reads it is another’s'),
    }) as unknown as Engine;
  const checks = (rules: unknown, arranged: Arranged = {}): PushChecks => {
    let counts = arranged.counts;
    return new PushChecks({
      rules: () => {
        const { rules: own, faults } = readCheckRules(rules);
        return { own, others: [], faults };
      },
      inspector: () =>
        Promise.resolve({
          inspectSaved: (): Promise<InspectedImage> => {
            read += 1;
            const { found = [] } = arranged;
            if (found instanceof Error) return Promise.reject(found);
            const layer = { index: 0, diffId: digest('b') };
            return Promise.resolve({
              secrets: found.map(({ path, what }) => ({ kind: 'secret', where: 'file', what, path, layer })),
              leanness: { efficiencyPercent: 50, bytes: 10, hiddenBytes: 5, findings: [] },
            } as unknown as InspectedImage);
          },
        } as unknown as ImageInspector),
      layers: () =>
        Promise.resolve({
          secrets: {
            get: () => Promise.resolve(arranged.known),
            put: () => Promise.reject(new Error('nothing is put')),
          },
        }),
      scans: {
        known: () => Promise.resolve(counts),
        scan: () => {
          scanned += 1;
          counts = { ...none, critical: 1 };
          return Promise.resolve(counts);
        },
      },
      log: { ...silent, error: (message) => logged.push(message) },
    });
  };

  it('asks the engine nothing where all are off', async () => {
    const verdict = await checks([{ secrets: 'off' }]).before(push(), engine({}), { signal });
    assert.deepEqual(verdict, { objections: [], open: [], faults: [], waited: false });
    assert.equal(described, 0);
  });

  it('looks at the configuration before, and leaves new layers for later under warn', async () => {
    const arranged = { labels: { token } };
    const pushChecks = checks([], arranged);
    const { objections, open } = await pushChecks.before(push(), engine(arranged), { signal });
    assert.deepEqual(
      objections.map(({ check, action }) => `${check} ${action}`),
      ['secrets warn'],
    );
    assert.deepEqual(open, [{ check: 'secrets', action: 'warn' }]);
    assert.equal(read, 0);
    await pushChecks.before(push(), engine(arranged), { signal });
    assert.equal(described, 1);
  });

  it('tells of layers that were read before without reading any', async () => {
    const { objections, open } = await checks([], { known: [{ path: '/key', what: 'private key' }] }).before(
      ...([push(), engine({}), { signal }] as const),
    );
    assert.equal(objections.length, 1);
    assert.deepEqual(open, []);
    assert.equal(read, 0);
  });

  it('reads new layers before under block, once', async () => {
    const pushChecks = checks([{ secrets: 'block', bloat: 'warn' }], {
      found: [{ path: '/key', what: 'private key' }],
    });
    const { objections, open } = await pushChecks.before(push(), engine({}), { signal });
    assert.deepEqual(
      objections.map(({ check, action }) => `${check} ${action}`),
      ['secrets block', 'bloat warn'],
    );
    assert.deepEqual(open, []);
    await pushChecks.before(push('registry.example/team/other:1'), engine({}), { signal });
    assert.equal(read, 1);
  });

  it('leaves open under block what was skipped, or went wrong', async () => {
    const blocking = [{ secrets: 'block' }];
    const skip = (): Promise<FindingEnd> => Promise.resolve({ kind: 'skipped' });
    const skipped = await checks(blocking).before(push(), engine({}), { signal, onFinding: skip });
    assert.deepEqual(skipped.open, [{ check: 'secrets', action: 'block' }]);
    assert.equal(read, 0);
    const failed = await checks(blocking, { found: new Error('the archive is damaged') }).before(
      ...([push(), engine({}), { signal }] as const),
    );
    assert.deepEqual(failed.open, [{ check: 'secrets', action: 'block', why: 'The log says more.' }]);
    assert.match(logged.join('\n'), /^api:1 could not be checked: Error: the archive is damaged/u);
    assert.equal(failed.waited, false);
  });

  it('stops nothing under warn where the engine does not tell, and what is blocked where it does not', async () => {
    const silentEngine = engine({ isSilent: true });
    const warned = await checks([]).before(push(), silentEngine, { signal });
    assert.deepEqual(warned.objections, []);
    assert.deepEqual(warned.open, [{ check: 'secrets', action: 'warn' }]);
    const blocked = await checks([{ secrets: 'block' }]).before(push(), silentEngine, { signal });
    assert.deepEqual(blocked.open, [{ check: 'secrets', action: 'block', why: 'The log says more.' }]);
  });

  it('ends as cancelled when the push is, whatever was being read', async () => {
    const stop = new AbortController();
    const cancel = ({ image }: Finding): Promise<FindingEnd> => {
      assert.equal(image.name, 'api:1');
      stop.abort();
      return Promise.reject(new CancelledError());
    };
    await assert.rejects(
      checks([{ secrets: 'block' }]).before(push(), engine({}), { signal: stop.signal, onFinding: cancel }),
      { name: 'CancelledError' },
    );
  });

  it('scans before under block, and afterwards under warn', async () => {
    const rule = (action: string) => [{ secrets: 'off', vulnerabilities: { atLeast: 'high', action } }];
    const before = await checks(rule('block')).before(push(), engine({}), { signal });
    assert.deepEqual(before.objections, [{ check: 'vulnerabilities', action: 'block', atLeast: 'high', count: 1 }]);
    assert.equal(scanned, 1);
    const later = checks(rule('warn'));
    const { objections, open } = await later.before(push(), engine({}), { signal });
    assert.deepEqual(objections, []);
    assert.equal(scanned, 1);
    const after = await later.after(push(), open, engine({}), signal);
    assert.equal(after.length, 1);
    assert.equal(scanned, 2);
    assert.equal(described, 0);
  });

  it('leaves open what it cannot look at, as the image for another platform', async () => {
    const other = {
      ...push(),
      platform: 'linux/arm64',
      details: { ...details, platform: { os: 'linux', architecture: 'amd64' } },
    };
    const blocked = await checks([{ secrets: 'block' }]).before(other, engine({}), { signal });
    assert.deepEqual(blocked.open, [
      { check: 'secrets', action: 'block', why: 'The image for linux/arm64 cannot be looked at from here.' },
    ]);
    assert.equal(read, 0);
    assert.deepEqual((await checks([]).before(other, engine({}), { signal })).open, []);
    const own = { ...other, platform: 'linux/amd64' };
    await checks([{ secrets: 'block' }]).before(own, engine({}), { signal });
    assert.equal(read, 1);
  });

  it('finds out after the push what was left open', async () => {
    const pushChecks = checks([], { found: [{ path: '/key', what: 'private key' }] });
    const { open } = await pushChecks.before(push(), engine({}), { signal });
    const [objection] = await pushChecks.after(push(), open, engine({}), signal);
    assert.ok(objection?.check === 'secrets' && objection.secrets.length === 1);
  });
});
