import assert from 'node:assert/strict';
import type { OpenRegistry } from '../../../../src/editor/registry-door.ts';
import { RegistryScans, scanStateWords } from '../../../../src/editor/scans/registry-scans.ts';
import type { ScanBook } from '../../../../src/editor/scans/scan-book.ts';
import { parseTarget } from '../../../../src/reference/index.ts';
import type { PushedImage, RegistryScan } from '../../../../src/registry/index.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const none = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };
const tag = parseTarget('harbor.example/team/api:1');

describe('asking a registry for its own scan', () => {
  let put: string[];
  let asked: PushedImage[];
  beforeEach(() => {
    put = [];
    asked = [];
  });

  /** A tag that is an index of one image. */
  const scansOf = (scan: RegistryScan | undefined): RegistryScans => {
    const image = { descriptor: { digest: digest('b') }, body: { kind: 'image', layers: [] } };
    const index = {
      descriptor: { digest: digest('a') },
      body: { kind: 'index', manifests: [{ digest: digest('b') }] },
    };
    const client = {
      manifest: ({ kind }: { kind: string }) => Promise.resolve(kind === 'tagged' ? index : image),
      openBlob: () => Promise.reject(new Error('No layer is read for it.')),
    };
    const scanResult = (of: PushedImage): Promise<RegistryScan> => {
      asked.push(of);
      return Promise.resolve(scan ?? { state: 'pending' });
    };
    const opened = { client, provider: { name: 'Harbor' }, ...(scan && { scanResult }) } as unknown as OpenRegistry;
    const book = { put: (of: string) => Promise.resolve(void put.push(of)) } as unknown as ScanBook;
    return new RegistryScans({ open: () => Promise.resolve(opened) }, book);
  };

  it('asks about the image that the tag holds for this machine, and keeps it for the tag as well', async () => {
    const vulnerabilities = [{ id: 'CVE-2026-1', package: 'curl', severity: 'high' as const }];
    const scans = scansOf({ state: 'scanned', scanner: 'Trivy', counts: { ...none, high: 1 }, vulnerabilities });
    const found = await scans.of(tag);
    assert.ok(found.kind === 'report');
    assert.equal(found.report.scanner, 'Trivy (Harbor)');
    assert.deepEqual(asked, [{ repository: tag.repository, digest: digest('b'), tag: '1' }]);
    assert.deepEqual(put, [digest('b'), digest('a')]);
  });

  const states: [scan: RegistryScan | undefined, words: string][] = [
    [{ state: 'pending' }, 'The registry is scanning it, and has no result yet.'],
    [{ state: 'not-scanned' }, 'The registry has not scanned it.'],
    [{ state: 'failed' }, 'The registry could not scan it.'],
    [{ state: 'failed', reason: 'too large.' }, 'The registry could not scan it: too large.'],
    [undefined, 'The registry has no scan of its own: Harbor does not tell of any.'],
  ];
  for (const [scan, words] of states)
    it(`says “${words}”`, async () => {
      const found = await scansOf(scan).of(tag);
      assert.ok(found.kind === 'state');
      assert.equal(scanStateWords(found.scan), words);
      assert.deepEqual(put, []);
    });
});
