import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { machineGit } from '../support/git.ts';
import { engineRequest, tagImage } from '../support/images.ts';
import { openNameStep, pushImage } from '../support/main-job.ts';
import type { QuickInput } from '../support/quick-input.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, digestAt, endings, type Scene, startScene } from './scene.ts';

const run = promisify(execFile);

describe('choosing tags', () => {
  let scene: Scene;
  let workbench: Workbench;
  let quickInput: QuickInput;
  let commit: string;
  let repository: string;
  /** What the tag 1.4.2 holds at the registry. */
  let held: string;

  before(async () => {
    const program = await machineGit();
    scene = await startScene('classic', {
      'dockerPush.tagTemplates': ['${packageVersion}', '${gitBranch}', '${gitShortSha}'],
    });
    const git = async (...args: string[]): Promise<string> =>
      (await run(program, ['-C', scene.folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args])).stdout.trim();
    await writeFile(path.join(scene.folder, 'package.json'), '{"version": "1.4.2"}');
    await git('init', '--initial-branch=feature/login');
    await git('add', '.');
    await git('commit', '--message=one');
    commit = (await git('rev-parse', 'HEAD')).slice(0, 7);
    await writeFile(path.join(scene.folder, 'unknown'), '');
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
    (await quickInput.items()).map(({ label, description }) => `${label}: ${description}`);
  const isOffered = async (row: string): Promise<void> => {
    await until(`“${row}” is offered`, async () => (await offered()).includes(row));
  };

  it('offers what the workspace and the registry suggest, and what each would do there', async () => {
    await openNameStep(workbench, { image: 'api:dev', destination: scene.registry.host, name: 'team/api:dev' });
    await quickInput.clickButton('Choose Tags…');
    await quickInput.waitForTitle(`Tags at ${repository} (2/2)`);
    const expected = [
      'dev: the image’s own · new tag',
      `1.4.2: package.json · replaces ${held.slice(0, 19)}`,
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

  void engineRequest;
  void tagImage;
  void endings;
});
