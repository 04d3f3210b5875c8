import assert from 'node:assert/strict';
import * as v from 'valibot';
import { readBody } from '../../../../src/registry/providers/body.ts';
import { countsOf, type Finding, Findings, severityOf } from '../../../../src/registry/providers/findings.ts';
import { failure } from '../scenario.ts';

const finding: Finding = { id: 'CVE-2026-1', package: 'zlib', severity: 'High' };
const none = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };

describe('findings', () => {
  let findings: Findings;
  beforeEach(() => {
    findings = new Findings('r.example');
  });
  const added = (more: Partial<Finding>) => {
    findings.add({ ...finding, ...more });
    return findings.vulnerabilities.at(-1);
  };

  it('have a severity by each registry’s own word', () => {
    const words = {
      critical: ['Critical', 'CRITICAL', 'Defcon1'],
      high: ['High', 'HIGH'],
      medium: ['Medium', 'MEDIUM'],
      low: ['Low', 'LOW'],
      negligible: ['Negligible', 'MINIMAL', 'INFORMATIONAL', 'None'],
      unknown: ['Unknown', 'UNDEFINED', 'UNTRIAGED', 'SEVERITY_UNSPECIFIED', '', 'constructor', null, undefined],
    };
    for (const [severity, own] of Object.entries(words))
      for (const word of own) assert.equal(severityOf(word), severity, String(word));
    assert.deepEqual(countsOf({ Defcon1: 1, Critical: 2, odd: 3, UNDEFINED: 4 }), { ...none, critical: 3, unknown: 7 });
  });

  it('are plain text of bounded length', () => {
    const evil = `\u001B[31m\u202Ered\u0000\n[x](command:y)${'a'.repeat(5_000)}`;
    const kept = added({ id: evil, package: evil, installed: evil, fixed: evil, title: evil });
    for (const text of [kept?.id, kept?.package, kept?.installed, kept?.fixed, kept?.title]) {
      assert.ok(text && text.length <= 300 && text.endsWith('…'), text);
      assert.doesNotMatch(text, /[\p{Cc}\u202E]|\]\(/u);
    }
  });

  it('leave out what is not told, an empty fix too', () => {
    assert.deepEqual(added({ installed: null, fixed: '', title: ' ', links: [] }), {
      id: 'CVE-2026-1',
      package: 'zlib',
      severity: 'high',
    });
    assert.equal(added({ package: undefined })?.package, '');
  });

  it('link to web pages alone', () => {
    const links = [
      'javascript:alert(1)',
      'command:workbench.action.quit',
      'file:///etc/passwd',
      'https://ada:planted@nvd.example/',
      `https://nvd.example/${'a'.repeat(2_000)}`,
      'no address',
      '',
      'https://nvd.example/CVE-2026-1',
      'http://second.example/',
    ];
    assert.equal(added({ links })?.link, 'https://nvd.example/CVE-2026-1');
    assert.equal(added({ links: links.slice(0, 7) })?.link, undefined);
    assert.equal(added({ links: ['http://nvd.example/"><b>'] })?.link, 'http://nvd.example/%22%3E%3Cb%3E');
  });

  it('are all counted, and the first ten thousand kept', async () => {
    for (let index = 0; index < 10_001; index += 1) findings.add({ ...finding, id: `CVE-2026-${index}` });
    assert.equal(findings.vulnerabilities.length, 10_000);
    assert.deepEqual(findings.counts, { ...none, high: 10_001 });
    for (let index = 10_001; index < 100_000; index += 1) findings.add(finding);
    const error = await failure(Promise.resolve().then(() => findings.add(finding)));
    assert.match(error.message, /^r\.example lists more vulnerabilities of this image than are read\.$/u);
  });

  it('without a name are counted alone', () => {
    findings.add({ ...finding, id: null });
    assert.deepEqual([findings.counts.high, findings.vulnerabilities.length, findings.isEmpty], [1, 0, false]);
  });
});

describe('a body with millions of faults', () => {
  it('is refused at the first of them', async () => {
    let read = 0;
    const item = v.pipe(
      v.unknown(),
      v.check(() => {
        read += 1;
        return false;
      }),
    );
    const body = Array.from({ length: 1_000 }, () => 1);
    await failure(Promise.resolve().then(() => readBody(v.array(item), body, 'r.example')));
    assert.equal(read, 1);
  });
});
