import assert from 'node:assert/strict';
import { sharedBase, type ImageReport, reportLayers } from '../../../../src/editor/image-page/image-report.ts';
import { reportHtml } from '../../../../src/editor/image-page/report-html.ts';
import { reportMarkdown } from '../../../../src/editor/image-page/report-markdown.ts';
import { formatShare } from '../../../../src/editor/image-page/report-facts.ts';
import {
  dockerfileLine,
  type Finding,
  readImageConfig,
  readInstruction,
  type SecretFinding,
  secretsInConfig,
  shownConfig,
  withoutSecret,
} from '../../../../src/inspection/index.ts';

const digest = (sign: string): string => `sha256:${sign.repeat(64)}`;
const hostile = '<img src=x onerror=alert(1)>|`[a](command:b)`\u202e"\'';
const config = readImageConfig({
  config: { User: '', Env: ['A=1', `B=${hostile}`], Labels: { [hostile]: hostile }, ExposedPorts: { '80/tcp': {} } },
  rootfs: { diff_ids: [digest('1'), digest('2')] },
  history: [
    { created_by: `/bin/sh -c #(nop) COPY file:1 in ${hostile}` },
    { created_by: 'CMD ["sh"]', empty_layer: true },
    { created_by: 'RUN /bin/sh -c make # buildkit' },
  ],
});
const layer = { index: 1, diffId: digest('2'), line: 'RUN make' };
const findings: readonly Finding[] = [
  {
    ...{ kind: 'hidden-files', layer: { index: 0, diffId: digest('1') }, bytes: 60_000_000, files: 1, mend: 'RUN …' },
    worst: [{ path: `/big${hostile}`, bytes: 60_000_000, how: 'overwritten', by: layer }],
  },
  { kind: 'package-cache', layer, bytes: 1000, files: 2, mend: 'RUN …', manager: 'apt', folder: '/var/lib/apt/lists' },
  { kind: 'runs-as-root', mend: 'USER 10001' },
];
const report: ImageReport = {
  ...{
    place: 'here',
    name: `api:${hostile}`,
    id: digest('a'),
    sizeBytes: 100_000_000,
    config,
    secrets: [],
    platform: 'linux/amd64',
  },
  layers: reportLayers(config, [99_500_000, 500_000], new Set([digest('1')]), {
    dockerfileLine,
    readInstruction,
    withoutSecret,
  }),
  target: 'registry.example.com/team/api',
  contents: { kind: 'read', efficiencyPercent: 40, bytes: 100_000_000, hiddenBytes: 60_000_000, findings },
};

const scanned: ImageReport = {
  ...report,
  scan: {
    kind: 'report',
    at: new Date(),
    report: {
      scanner: hostile,
      counts: { critical: 1, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 },
      vulnerabilities: [{ id: hostile, package: hostile, installed: hostile, severity: 'critical', title: hostile }],
    },
  },
};

describe('the vulnerabilities on the page of an image', () => {
  it('are text, and their links run nothing but this extension’s commands', () => {
    const html = reportHtml(scanned);
    assert.ok(!/<img|<script|\u202e/u.test(html), html);
    assert.ok(html.includes('1 critical'));
    const links = [...html.matchAll(/href="([^"]*)"/gu)].map(([, link = '']) => link);
    assert.ok(links.length >= 3);
    for (const link of links) assert.match(link, /^command:dockerPush\.[a-zA-Z]+(?:\?[\w%.!~*'()-]*)?$/u);
    const there = reportHtml({ ...scanned, place: 'registry', name: `r.example/${hostile}:1` });
    assert.ok(!/<img|<script|\u202e/u.test(there), there);
  });

  it('are said to be unknown where nobody scanned, or why', () => {
    assert.match(reportHtml(report), /It has not been scanned\./u);
    const words = `The registry has not scanned it, ${hostile}`;
    assert.ok(!/<img/u.test(reportHtml({ ...report, scan: { kind: 'state', words } })));
  });

  it('are a table in Markdown', () => {
    assert.match(reportMarkdown(scanned), /## Vulnerabilities/u);
    assert.ok(!/(?<!\\)<img/u.test(reportMarkdown(scanned)));
  });
});

describe('the page of an image', () => {
  const html = reportHtml(report);

  it('shows what comes from the image as text, and can run and fetch nothing', () => {
    assert.ok(!/<img|<script|\u202e/u.test(html), html);
    assert.ok(html.includes('&lt;img src=x onerror=alert(1)&gt;'));
    assert.match(html, /content="default-src 'none'; style-src 'nonce-[\w+/=]+'"/u);
    assert.ok(!html.includes('style="'));
  });

  it('has a row for each layer, with its instruction, share and whether it is there', () => {
    const rows = [...html.matchAll(/<tr>\s*<th scope="row"[^]*?<\/tr>/gu)].map(([row]) =>
      row
        .replaceAll(/<[^>]+>/gu, ' ')
        .replaceAll(/\s+/gu, ' ')
        .trim(),
    );
    assert.equal(rows.length, 2);
    assert.match(rows[0]!, /^1 99\.5 MB 100 % yes COPY … /u);
    assert.match(rows[1]!, /^2 500 kB &lt; 1 % no RUN make sha256:2/u);
    assert.match(html, /aria-label="Bytes by layer\. The largest is layer 1 with 100 %\."/u);
  });

  it('says each finding with its layer, its bytes and what mends it', () => {
    assert.match(html, /40\.0 % efficient/u);
    assert.match(html, /1 file that a later layer hides<\/strong> · 60 MB/u);
    assert.match(html, /overwritten by layer 2/u);
    assert.match(html, /Cache of apt<\/strong> · 1 kB/u);
    assert.match(html, /Layer 2: RUN make/u);
    assert.match(html, /Runs as root/u);
  });

  it('says what is not known yet, and leads on', () => {
    const unread = { ...report, contents: { kind: 'unread' } as const };
    assert.match(reportHtml(unread, 'reading'), /being read…/u);
    assert.match(reportHtml(unread), /were not read.*href="command:dockerPush\.readLayers"/u);
    const failed = { ...report, contents: { kind: 'failed', reason: 'It is <cut> off.' } as const };
    assert.match(reportHtml(failed), /It is &lt;cut&gt; off\. .*Read Layers/u);
  });

  it('is copied as Markdown that nothing in it can break', () => {
    const markdown = reportMarkdown(report);
    assert.match(markdown, /^\| 1 \| 99\.5 MB \| 100 % \| yes \| COPY … /mu);
    assert.match(markdown, /^\| Runs as root \| {2}\| {2}\| USER 10001 \|$/mu);
    const cells = markdown.split('\n').filter((line) => line.startsWith('| 2 '));
    assert.equal(cells.length, 1);
    assert.ok(!/[^\\]<img|[^\\]\]\(/u.test(markdown), markdown);
  });

  it('rounds no share to nothing', () => {
    assert.deepEqual(
      [formatShare(0, 10), formatShare(1, 1000), formatShare(5, 10), formatShare(0, 0)],
      ['0 %', '< 1 %', '50 %', '0 %'],
    );
  });
});

describe('the secrets of an image', () => {
  const value = 'correct-horse-battery';
  const raw = readImageConfig({
    config: {
      Env: [`DB_PASSWORD=${value}`, 'PATH=/bin'],
      Labels: { api_token: value },
      Cmd: ['sh', '-c', `DB_PASSWORD=${value} run`],
    },
    rootfs: { diff_ids: [digest('1')] },
    history: [{ created_by: `ENV DB_PASSWORD=${value}`, empty_layer: true }, { created_by: 'COPY key /' }],
  });
  const inConfig = secretsInConfig(raw);
  const inFile: SecretFinding = {
    ...{ kind: 'secret', where: 'file', what: 'private key', path: '/key' },
    layer: { index: 0, diffId: digest('1'), line: 'COPY key /' },
    hidden: { by: { index: 1, diffId: digest('2') }, how: 'deleted' },
  };
  const shown: ImageReport = {
    ...report,
    config: shownConfig(raw),
    secrets: [...inConfig, inFile],
  };

  it('are told by what they are and where, and are nowhere themselves', () => {
    assert.ok(inConfig.length > 0);
    const [html, markdown, json] = [reportHtml(shown), reportMarkdown(shown), JSON.stringify(shown)];
    for (const text of [html, markdown, json]) assert.ok(!text.includes(value), text);
    assert.match(html, /environment DB_PASSWORD/u);
    assert.match(html, /<dt>DB_PASSWORD<\/dt><dd>\(a secret\)/u);
    assert.match(html, /\/key in layer 1: COPY key \/, deleted by layer 2, and in the image all the same/u);
    assert.match(html, /\.dockerignore/u);
    assert.match(markdown, /^\| private key \| \/key in layer 1/mu);
  });

  it('are said to be none only of what was read', () => {
    assert.match(reportHtml({ ...report, secrets: [] }), /None was found\.</u);
    const unread = { ...report, contents: { kind: 'unread' } as const };
    assert.match(reportHtml(unread), /None was found in the configuration\. The layers were not read\./u);
  });
});

describe('the base of an image', () => {
  it('is the one that shares the most of its lowest layers', () => {
    const others = [
      { name: 'debian:12', layers: ['a'] },
      { name: 'node:24', layers: ['a', 'b'] },
      { name: 'same', layers: ['a', 'b', 'c'] },
      { name: 'other', layers: ['a', 'x'] },
      { name: 'empty', layers: [] },
    ];
    assert.deepEqual(sharedBase(['a', 'b', 'c'], others), { kind: 'shared', name: 'node:24', layers: 2 });
    assert.equal(sharedBase(['z'], others), undefined);
  });
});
