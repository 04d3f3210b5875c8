import assert from 'node:assert/strict';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { type RunningHarbor, startHarbor } from '../support/harbor.ts';
import { type Account, pushImage, startPush } from '../support/main-job.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { makeStandIn, type StandIn } from '../support/stand-in-program.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

const mira: Account = { user: 'mira', password: 'a pass/word?' };
const vulnerability = (id: string, name: string, severity: string, fixed = '') => ({
  ...{ VulnerabilityID: id, PkgName: name, InstalledVersion: '1.0', FixedVersion: fixed, Severity: severity },
  ...{ Title: `${name}: a hole`, PrimaryURL: `https://example.com/${id}` },
});
const report = (...vulnerabilities: object[]): string =>
  JSON.stringify({
    SchemaVersion: 2,
    Results: [{ Target: 'debian', Class: 'os-pkgs', Vulnerabilities: vulnerabilities }],
  });
const found = report(
  vulnerability('CVE-2026-0001', 'openssl', 'CRITICAL', '1.1'),
  vulnerability('CVE-2026-0002', 'zlib', 'HIGH'),
  vulnerability('CVE-2026-0003', 'bash', 'LOW'),
);

describe('scanning an image', () => {
  let scene: Scene;
  let behind: RunningRegistry;
  let harbor: RunningHarbor;
  let workbench: Workbench;
  let programs: string;

  before(async () => {
    behind = await startRegistry({ htpasswd: mira });
    harbor = await startHarbor({ target: behind.host, account: mira });
    harbor.projects.add('team');
    programs = path.join((await makeRunFolder()).path, 'bin');
    await mkdir(programs);
    const settings = {
      'dockerPush.registries': [{ registry: harbor.host, provider: 'harbor' }],
      'dockerPush.checks': [{ target: '**/strict/*', vulnerabilities: { atLeast: 'critical', action: 'block' } }],
    };
    // No scanner that this machine may have is found there.
    const env = { PATH: `${programs}:/usr/bin:/bin`, SCANNED_BY: 'the person' };
    scene = await startScene('classic', settings, env);
    await buildTestImage(scene.engine, 'api:1');
    await buildTestImage(scene.engine, 'web:1');
    workbench = await scene.open();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
    await harbor.stop();
    await behind.stop();
    assert.deepEqual(harbor.unexpected, []);
  });
  beforeEach(() => workbench.clearNotifications());

  const args = (image: string): readonly string[] => [
    ...'image --format json --scanners vuln --no-progress --timeout 29m --image-src docker --'.split(' '),
    image,
  ];
  const trivy = (image: string, standIn: Partial<StandIn>): Promise<string> =>
    makeStandIn(programs, 'trivy', {
      args: args(`docker.io/library/${image}`),
      env: { DOCKER_HOST: scene.engine.endpoint, SCANNED_BY: 'the person', DOCKER_CONTEXT: undefined },
      ...standIn,
    });
  const page = (): FrameLocator => workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe[title]');
  const textWith = (words: string): Promise<string> =>
    until(`the page shows ${words}`, async () => {
      const shown = await page()
        .locator('main')
        .innerText({ timeout: 2_000 })
        .catch(() => '');
      return shown.includes(words) ? shown : undefined;
    });
  const scan = (image: string): Promise<void> => workbench.contextMenu(image, 'Scan for Vulnerabilities');

  it('says where to get a scanner while there is none', async () => {
    await scan('api:1');
    const { severity, text, buttons } = await workbench.waitForNotification(/No scanner can be run/u);
    assert.equal(severity, 'info');
    assert.match(text, /Trivy is not on PATH; Grype is not on PATH/u);
    assert.deepEqual(buttons.toSorted(), ['Get Docker Scout', 'Get Grype', 'Get Trivy']);
    assert.equal((await endings(workbench)).length, 1);
  });

  it('runs the scanner of this machine on the engine in use, and marks the image', async () => {
    await trivy('api:1', { stdout: found, stderr: ['2026-01-05 INFO Vulnerability scanning is enabled\n'] });
    await scan('api:1');
    const { severity, text } = await workbench.waitForNotification(/^Trivy found/u);
    assert.equal(severity, 'warning');
    assert.equal(text, 'Trivy found 3 vulnerabilities: 1 critical, 1 high, 1 low in api:1.');
    await until('the row says so', async () =>
      (await workbench.rows('Images')).some((row) => / · 1 critical/u.test(row)),
    );
    assert.match(await workbench.tooltip('api:1', 'Images'), /Vulnerabilities: 1 critical, 1 high, 1 low \(Trivy, /u);
  });

  it('lists what was found, to be filtered', async () => {
    await workbench.contextMenu('api:1', 'Inspect Image');
    await textWith('1 critical, 1 high, 1 low');
    await page().getByRole('link', { name: 'Filter the List' }).click();
    const { quickInput } = workbench;
    await quickInput.waitForTitle(/Vulnerabilities of .*api:1: 1 critical, 1 high, 1 low/u);
    assert.deepEqual(
      (await quickInput.items()).map(({ label }) => label),
      ['CVE-2026-0001', 'CVE-2026-0002', 'CVE-2026-0003'],
    );
    await quickInput.type('zlib');
    await until('one is left', async () => (await quickInput.items()).length === 1);
    const [item] = await quickInput.items();
    assert.equal(item?.label, 'CVE-2026-0002');
    await quickInput.escape();
  });

  it('exports them as SARIF', async () => {
    await page().getByRole('link', { name: 'Export as SARIF' }).click();
    const { quickInput } = workbench;
    await quickInput.waitForTitle(/Export as SARIF/u);
    // The editor's own dialog looks at the folder first, and until then changes what stands there.
    const proposed = path.join(scene.folder, 'api-1.sarif');
    await until('a file of the workspace is proposed', async () => (await quickInput.value()) === proposed);
    await quickInput.waitForItem('..');
    const file = path.join(scene.folder, 'api.sarif');
    await quickInput.fill(file);
    await until('the other one stands there', async () => (await quickInput.value()) === file);
    await quickInput.accept();
    const sarif = await until('the file is there', async () => {
      const text = await readFile(file, 'utf8').catch(() => '');
      return text.endsWith('}\n') ? (JSON.parse(text) as { runs: { results: { ruleId: string }[] }[] }) : undefined;
    });
    assert.deepEqual(
      sarif.runs[0]?.results.map(({ ruleId }) => ruleId),
      ['CVE-2026-0001', 'CVE-2026-0002', 'CVE-2026-0003'],
    );
  });

  it('tells what the scanner says when it fails', async () => {
    await trivy('api:1', { code: 1, stderr: ['FATAL the database cannot be opened\n'] });
    await scan('api:1');
    const { severity, text } = await workbench.waitForNotification(/^Trivy could not scan/u);
    assert.equal(severity, 'error');
    assert.match(text, /the database cannot be opened/u);
    await workbench.waitUntilProgressIsGone();
    assert.equal((await workbench.notifications()).length, 1);
  });

  it('ends the scanner at a click on Cancel', async () => {
    const file = path.join(programs, 'temporary');
    await trivy('api:1', { stays: { file, told: 'ends' } });
    await scan('api:1');
    await until('it runs', () => readFile(file, 'utf8').catch(() => undefined));
    await workbench.waitForNotification(/^Trivy scans api:1/u);
    await workbench.clickNotificationButton('Cancel');
    await until('it has tidied up', async () => (await readFile(file).catch(() => undefined)) === undefined);
    await workbench.waitUntilProgressIsGone();
    assert.deepEqual(await workbench.notifications(), []);
  });

  it('stops a push by what is known, with a scan before where nothing is', async () => {
    const { host } = scene.registry;
    await trivy('web:1', { stdout: found });
    await startPush(workbench, { image: 'web:1', destination: host, name: 'strict/web:1' });
    const { text } = await workbench.dialog();
    assert.match(text, /The image has 1 vulnerability \(critical\)\./u);
    await workbench.clickDialogButton('Cancel');
    await workbench.waitForNotification(/^Cancelled/u);
    assert.equal(await digestAt(scene.registry, 'strict/web', '1'), undefined);
    await rm(path.join(programs, 'trivy'));
  });

  it('asks the registry that scans, and shows its result on the tag', async () => {
    const { host } = harbor;
    await pushImage(workbench, { image: 'api:1', destination: host, account: mira, name: 'team/api:1' });
    await workbench.clearNotifications();
    const digest = (await digestAt(behind, 'team/api', '1', mira)) ?? '';
    await workbench.expand(host, 'Registries');
    await workbench.expand('team/api', 'Registries');
    await workbench.runCommand('Docker Push: Scan Pushed Tags Again');
    await workbench.waitForNotification(/There is no scan of anything that was pushed/u);
    await workbench.clearNotifications();

    harbor.reports.set(digest, [
      { id: 'CVE-2026-0009', package: 'curl', version: '8.0', fix_version: '8.1', severity: 'Critical', links: [] },
    ]);
    await workbench.runCommand('Docker Push: Scan Pushed Tags Again');
    const { severity, text } = await workbench.waitForNotification(/Critical vulnerabilities are known now/u);
    assert.equal(severity, 'warning');
    assert.ok(text.includes(`${host}/team/api:1 (CVE-2026-0009)`), text);
    await until('the row says so', async () =>
      (await workbench.rows('Registries')).some((row) => row.startsWith('1 ') && row.includes('1 critical')),
    );
    await workbench.clearNotifications();
    await workbench.runCommand('Docker Push: Scan Pushed Tags Again');
    await workbench.waitForNotification('Looked at 1 pushed tag. Nothing new is known.');
  });
});
