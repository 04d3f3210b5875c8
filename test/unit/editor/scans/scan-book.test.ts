import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ScanBook } from '../../../../src/editor/scans/scan-book.ts';
import { countsWords, worstWords } from '../../../../src/editor/scans/scan-words.ts';
import type { ScanReport } from '../../../../src/inspection/index.ts';
import { makeRunFolder, type RunFolder } from '../../../support/run-folder.ts';
import { silent } from '../workspace-facts/silent.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const none = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };
const report: ScanReport = {
  ...{ scanner: 'Trivy', version: '0.58.1', counts: { ...none, critical: 1, low: 1 } },
  vulnerabilities: [
    { id: 'CVE-2026-1', package: 'openssl', installed: '1.0', fixed: '1.1', severity: 'critical' },
    { id: 'CVE-2026-2', package: 'bash', severity: 'low', title: 'a hole', link: 'https://example.com/2' },
  ],
};

describe('the book of scans', () => {
  let folder: RunFolder;
  let scans: string;
  beforeEach(async () => {
    folder = await makeRunFolder();
    scans = path.join(folder.path, 'scans');
  });
  afterEach(() => folder.remove());

  it('is empty where nobody scanned', async () => {
    const book = new ScanBook(scans, silent);
    await book.load();
    assert.equal(book.known.size, 0);
    assert.equal(await book.summary(digest('a')), undefined);
    assert.equal(await book.report(digest('a')), undefined);
    assert.deepEqual([...(await book.told(digest('a')))], []);
    assert.equal(await book.lookedAt(), 0);
  });

  it('gives another window what was put into it, and tells this one', async () => {
    const book = new ScanBook(scans, silent);
    const heard: string[] = [];
    book.onChange((changed) => heard.push(changed));
    await book.put(digest('a'), report, 'here');
    assert.deepEqual(heard, [digest('a')]);
    const other = new ScanBook(scans, silent);
    await other.load();
    assert.deepEqual(other.known.get(digest('a'))?.counts, report.counts);
    assert.equal(other.known.get(digest('a'))?.by, 'here');
    assert.deepEqual(await other.report(digest('a')), report);
    assert.ok((await readdir(scans)).every((name) => name.endsWith('.json')));
  });

  it('remembers of what a person was told', async () => {
    const book = new ScanBook(scans, silent);
    await book.tell(digest('a'), new Set(['CVE-2026-1']));
    await book.looked();
    const other = new ScanBook(scans, silent);
    assert.deepEqual([...(await other.told(digest('a')))], ['CVE-2026-1']);
    assert.ok((await other.lookedAt()) > 0);
  });

  it('takes nothing from a file that is damaged, or that somebody else wrote', async () => {
    const book = new ScanBook(scans, silent);
    await book.put(digest('a'), report, 'here');
    const files = (await readdir(scans)).map((name) => path.join(scans, name));
    const summaryFile = files.find((file) => file.endsWith('.summary.json')) ?? '';
    const reportFile = files.find((file) => file.endsWith('.report.json')) ?? '';
    const hostile = { ...report.vulnerabilities[1], link: 'command:workbench.action.quit' };
    const kept = { ...report, vulnerabilities: [hostile, { id: 1 }, null, report.vulnerabilities[0]] };
    await writeFile(reportFile, JSON.stringify(kept));
    assert.deepEqual((await book.report(digest('a')))?.vulnerabilities, [report.vulnerabilities[0]]);
    for (const text of ['', '{', '[]', 'null', '{"at":1,"scanner":"x","counts":{"critical":"many"}}']) {
      await writeFile(summaryFile, text);
      assert.equal(await new ScanBook(scans, silent).summary(digest('a')), undefined);
    }
    assert.match(await readFile(reportFile, 'utf8'), /command:/u);
  });

  it('is asked about digests alone', async () => {
    const book = new ScanBook(scans, silent);
    await book.put('../../etc/passwd', report, 'here');
    assert.equal(await book.report('../../etc/passwd'), undefined);
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('forgets the oldest of many', async () => {
    const book = new ScanBook(scans, silent);
    const digests = Array.from({ length: 203 }, (_, index) => `sha256:${index.toString(16).padStart(64, '0')}`);
    for (const one of digests) await book.put(one, report, 'registry');
    const summaries = (await readdir(scans)).filter((name) => name.endsWith('.summary.json'));
    assert.equal(summaries.length, 200);
    assert.ok(await book.report(digests.at(-1) ?? ''));
  });
});

describe('the words for a scan', () => {
  const cases: [counts: Partial<typeof none>, words: string, worst: string | undefined][] = [
    [{}, 'none known', undefined],
    [{ critical: 1, high: 2 }, '1 critical, 2 high', '1 critical'],
    [{ high: 2, unknown: 3 }, '2 high, 3 of unknown severity', '2 high'],
    [{ medium: 5 }, '5 medium', undefined],
  ];
  for (const [counts, words, worst] of cases)
    it(`say ${words}`, () => {
      assert.equal(countsWords({ ...none, ...counts }), words);
      assert.equal(worstWords({ ...none, ...counts }), worst);
    });
});
