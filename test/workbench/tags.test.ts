import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { machineGit } from '../support/git.ts';
import { openNameStep, pushImage } from '../support/main-job.ts';
import { makeRunFolder, type RunFolder } from '../support/run-folder.ts';
import type { QuickInput } from '../support/quick-input.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

const run = promisify(execFile);

const templates = { 'dockerPush.tagTemplates': ['${packageVersion}', '${gitBranch}', '${gitShortSha}'] };

/** Makes a folder a project of version 1.4.2 with one commit, whose hash it returns, and a file that git does not know. */
async function makeProject(folder: string): Promise<string> {
  const program = await machineGit();
  const git = async (...args: string[]): Promise<string> =>
    (await run(program, ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args])).stdout.trim();
  await writeFile(path.join(folder, 'package.json'), '{"version": "1.4.2"}');
  await git('init', '--initial-branch=feature/login');
  await git('add', '.');
  await git('commit', '--message=one');
  await writeFile(path.join(folder, 'unknown'), '');
  return git('rev-parse', 'HEAD');
}

describe('choosing tags', () => {
  let scene: Scene;
  let workbench: Workbench;
  let quickInput: QuickInput;
  let commit: string;
  let repository: string;
  /** What the tag 1.4.2 holds at the registry. */
  let held: string;

  before(async () => {
    scene = await startScene('classic', templates);
    commit = (await makeProject(scene.folder)).slice(0, 7);
    repository = `${scene.registry.host}/team/api`;
    await buildTestImage(scene.engine, 'api:old');
    await buildTestImage(scene.engine, 'api:dev');
    workbench = await scene.open();
    ({ quickInput } = workbench);
    for (const tag of ['1.4.1', '1.4.2'])
      await pushImage(workbench, { image: 'api:old', destination: scene.registry.host, name: `team/api:${tag}` });
    held = (await digestAt(scene.registry, 'team/api', '1.4.2'))!;
    await workbench.clearNotifications();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
  });

  const offered = async (): Promise<string[]> =>
    (await quickInput.items()).map(
      ({ label, description }) =>
        // When is told by the clock.
        `${label}: ${description.replace(/ your push of [^(]* \(/u, ' your push (')}`,
    );
  const isOffered = async (row: string): Promise<void> => {
    await until(`“${row}” is offered`, async () => (await offered()).includes(row));
  };

  it('offers what the workspace and the registry suggest, and what each would do there', async () => {
    await openNameStep(workbench, { image: 'api:dev', destination: scene.registry.host, name: 'team/api:dev' });
    await quickInput.clickButton('Choose Tags…');
    await quickInput.waitForTitle(`Tags at ${repository} (2/2)`);
    const expected = [
      'dev: the image’s own · new tag',
      `1.4.2: package.json · replaces your push (${held.slice(0, 15)})`,
      'feature-login: branch · new tag',
      `${commit}-dirty: commit, with changes · new tag`,
      '1.4.3: next patch after 1.4.2 · new tag',
      '1.5.0: next minor after 1.4.2 · new tag',
      '2.0.0: next major after 1.4.2 · new tag',
      'latest: beside a version · new tag',
    ];
    await until('all is told', async () => JSON.stringify(await offered()) === JSON.stringify(expected)).catch(
      async () => assert.deepEqual(await offered(), expected),
    );
  });

  it('goes back to the name that was typed', async () => {
    await quickInput.back();
    await quickInput.waitForTitle('Push api:dev to');
    assert.equal(await quickInput.value(), 'team/api:dev');
    await quickInput.waitForValidation('Enter pushes');
  });

  it('keeps what is picked, and where the keyboard is, while the registry takes its time', async () => {
    process.kill(scene.registry.pid, 'SIGSTOP');
    try {
      await quickInput.clickButton('Choose Tags…');
      await quickInput.waitForTitle('Tags at');
      await isOffered('feature-login: branch');
      assert.deepEqual((await quickInput.picked()).picked, ['dev']);
      await quickInput.pick('feature-login');
      await until('it is picked', async () => (await quickInput.picked()).picked.length === 2);
      for (const row of ['dev', '1.4.2']) {
        await quickInput.press('ArrowDown');
        await until(`the keyboard is on ${row}`, async () => (await quickInput.picked()).active === row);
      }
    } finally {
      process.kill(scene.registry.pid, 'SIGCONT');
    }
    await isOffered('feature-login: branch · new tag');
    await isOffered('2.0.0: next major after 1.4.2 · new tag');
    assert.deepEqual(await quickInput.picked(), { picked: ['dev', 'feature-login'], active: '1.4.2' });
  });

  it('takes a tag that is typed, and says why another is none', async () => {
    await quickInput.fill('nightly');
    await isOffered('nightly: as typed: Enter adds it');
    await quickInput.fill('');
    await quickInput.type('nightly');
    // At once, as who types fast does.
    await quickInput.accept();
    await isOffered('nightly: as typed · new tag');
    assert.equal(await quickInput.value(), '');
    assert.deepEqual((await quickInput.picked()).picked, ['dev', 'feature-login', 'nightly']);
    await quickInput.fill('not/one');
    await until('it is refused', async () =>
      (await quickInput.items()).some(({ detail }) => /is not allowed/u.test(detail)),
    );
    await quickInput.accept();
    assert.equal(await quickInput.value(), 'not/one');
    await quickInput.fill('');
    await isOffered('nightly: as typed · new tag');
    assert.deepEqual((await quickInput.picked()).picked, ['dev', 'feature-login', 'nightly']);
  });

  it('finds a row by what is typed exactly, and picks it at Enter', async () => {
    await quickInput.fill('1.4.3');
    await until('it is where the keyboard is', async () => (await quickInput.picked()).active === '1.4.3');
    await quickInput.accept();
    await until('nothing is typed', async () => (await quickInput.value()) === '');
    await until('it is picked', async () => (await quickInput.picked()).picked.includes('1.4.3'));
  });

  it('pushes nothing while nothing is picked', async () => {
    for (const tag of ['dev', 'nightly', 'feature-login', '1.4.3']) await quickInput.pick(tag);
    await until('nothing is picked', async () => (await quickInput.picked()).picked.length === 0);
    await quickInput.accept();
    assert.match(await quickInput.title(), /^Tags at/u);
  });

  it('pushes all that are picked as one, and says so once', async () => {
    const before = (await endings(workbench)).length;
    for (const tag of ['1.4.3', 'latest']) await quickInput.pick(tag);
    await until('both are picked', async () => (await quickInput.picked()).picked.length === 2);
    await quickInput.accept();
    await quickInput.waitUntilClosed();
    await workbench.waitForNotification(/^Pushed 2 of 2: .*:1\.4\.3, .*:latest\.$/u);
    assert.equal((await endings(workbench)).length, before + 1);
    const [next, latest] = await Promise.all(
      ['1.4.3', 'latest'].map((tag) => digestAt(scene.registry, 'team/api', tag)),
    );
    assert.ok(next !== undefined && next === latest && next !== held);
    assert.equal(await digestAt(scene.registry, 'team/api', 'dev'), undefined);
    await workbench.clearNotifications();
  });

  it('needs no mouse: a name that ends with its colon leads to the tags', async () => {
    await openNameStep(workbench, { image: 'api:dev', destination: scene.registry.host, name: 'team/api:9' });
    await quickInput.fill('team/api:');
    await quickInput.waitForValidation(`Enter lists tags for ${repository}`);
    await quickInput.accept();
    await quickInput.waitForTitle('Tags at');
    await isOffered('1.4.4: next patch after 1.4.3 · new tag');
    await isOffered('latest: beside a version · same image');
    assert.deepEqual((await quickInput.picked()).picked, ['dev']);
    const { keyboard } = workbench.page;
    for (const row of ['dev', '1.4.2']) {
      await keyboard.press('ArrowDown');
      await until(`the keyboard is on ${row}`, async () => (await quickInput.picked()).active === row);
    }
    await keyboard.press('Tab');
    await keyboard.press('Space');
    await until('another is picked', async () => (await quickInput.picked()).picked.length === 2);
    assert.deepEqual((await quickInput.picked()).picked, ['dev', '1.4.2']);
    await quickInput.escape();
  });

  it('offers no next version of a registry that is down, and hangs on nothing', async () => {
    await openNameStep(workbench, { image: 'api:dev', destination: scene.registry.host, name: 'team/api:dev' });
    await scene.registry.kill();
    await quickInput.clickButton('Choose Tags…');
    await isOffered('feature-login: branch');
    const progress = workbench.page.locator('.quick-input-widget .monaco-progress-container.active');
    await progress.waitFor({ state: 'detached' });
    await isOffered('latest: beside a version');
    assert.deepEqual(await offered(), [
      'dev: the image’s own',
      '1.4.2: package.json',
      'feature-login: branch',
      `${commit}-dirty: commit, with changes`,
      'latest: beside a version',
    ]);
    await quickInput.escape();
  });
});

/** A folder with a git that writes down how it is called, one line each, and is the machine's otherwise. */
async function watchedGit(folder: string): Promise<{ env: Record<string, string>; calls: () => Promise<string[]> }> {
  const [bin, log] = [path.join(folder, 'bin'), path.join(folder, 'calls')];
  await mkdir(bin);
  await writeFile(log, '');
  const script = `#!/bin/sh\necho "$*" >> '${log}'\nexec '${await machineGit()}' "$@"\n`;
  await writeFile(path.join(bin, 'git'), script, { mode: 0o755 });
  return {
    env: { PATH: `${bin}:${process.env.PATH}` },
    calls: async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line !== ''),
  };
}

const fromGit = [/^feature-login: branch/u, /^[0-9a-f]{7}-dirty: commit, with changes/u];
const isAskedByUs = (call: string): boolean => call.includes('core.fsmonitor=false');

interface Way {
  readonly what: string;
  readonly settings: Record<string, unknown>;
  readonly trust: boolean;
  /** What the status bar shows once VS Code's Git extension has opened the repository. */
  readonly opened?: string;
  readonly rows: readonly RegExp[];
  readonly check: (calls: readonly string[]) => void;
}

const ways: readonly Way[] = [
  {
    what: 'VS Code’s Git extension where it has opened the repository',
    settings: {},
    trust: true,
    opened: 'feature/login*',
    rows: fromGit,
    check: (calls) => assert.ok(!calls.some(isAskedByUs), calls.join('\n')),
  },
  {
    what: 'git itself where that is switched off',
    settings: { 'git.enabled': false },
    trust: true,
    rows: fromGit,
    check: (calls) => assert.ok(calls.length > 0 && calls.every(isAskedByUs), calls.join('\n')),
  },
  {
    what: 'neither in Restricted Mode, where git is not run',
    settings: { 'security.workspace.trust.startupPrompt': 'never' },
    trust: false,
    rows: [],
    check: (calls) => assert.deepEqual(calls, []),
  },
];
for (const { what, settings, trust, opened, rows, check } of ways)
  describe(`tags from git: ${what}`, () => {
    let scene: Scene;
    let workbench: Workbench;
    let folder: RunFolder;
    let git: Awaited<ReturnType<typeof watchedGit>>;

    before(async () => {
      folder = await makeRunFolder();
      git = await watchedGit(folder.path);
      scene = await startScene('classic', { ...templates, ...settings }, git.env, {}, { trust });
      await makeProject(scene.folder);
      await buildTestImage(scene.engine, 'api:dev');
      workbench = await scene.open();
    });
    after(async () => {
      await workbench.close();
      await scene.stop();
      await folder.remove();
    });

    it('are offered so', async () => {
      const { quickInput } = workbench;
      if (opened !== undefined)
        await workbench.page.locator('.part.statusbar').getByText(opened, { exact: true }).waitFor();
      await openNameStep(workbench, { image: 'api:dev', destination: scene.registry.host, name: 'team/api:dev' });
      await quickInput.clickButton('Choose Tags…');
      await quickInput.waitForTitle('Tags at');
      const progress = workbench.page.locator('.quick-input-widget .monaco-progress-container.active');
      await progress.waitFor({ state: 'detached' });
      const expected = [/^dev: the image’s own/u, /^1\.4\.2: package\.json/u, ...rows, /^latest: beside a version/u];
      await until('all is offered', async () => {
        const offered = (await quickInput.items()).map(({ label, description }) => `${label}: ${description}`);
        return offered.length === expected.length && expected.every((row, index) => row.test(offered[index] ?? ''));
      });
      check(await git.calls());
      await quickInput.escape();
    });
  });
