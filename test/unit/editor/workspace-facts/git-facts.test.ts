import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '../../../../src/base/index.ts';
import { askProgram } from '../../../../src/credentials/index.ts';
import { type GitApi, gitFactsOf, type GitRepository } from '../../../../src/editor/workspace-facts/git-extension.ts';
import { gitFactsIn } from '../../../../src/editor/workspace-facts/git-program.ts';
import { machineGit } from '../../../support/git.ts';
import { makeRunFolder, type RunFolder } from '../../../support/run-folder.ts';

const run = promisify(execFile);

describe('what git itself says of a folder', () => {
  let folder: RunFolder;
  let at: string;
  let git: (...args: string[]) => Promise<string>;
  let head: () => Promise<string>;

  before(async function () {
    this.timeout(120_000);
    const program = await machineGit();
    folder = await makeRunFolder();
    at = path.join(folder.path, 'project');
    await mkdir(path.join(at, 'inside'), { recursive: true });
    git = async (...args) => (await run(program, ['-C', at, ...args], { env: gitEnvironment })).stdout.trim();
    head = () => git('rev-parse', 'HEAD');
    await git('init', '--initial-branch=main', '.');
  });
  after(() => folder.remove());

  const gitEnvironment = {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' },
  };
  const facts = (where = at) =>
    gitFactsIn(where, async (args) => {
      const place = {
        env: { ...gitEnvironment },
        platform: process.platform,
        home: folder.path,
        workspaceFolders: () => [at],
        clock: systemClock,
      };
      const answer = await askProgram({ name: 'git', args, limitMs: 20_000 }, place);
      assert.equal(answer.kind, 'ended');
      return answer.code === 0 ? answer.stdout : undefined;
    });

  it('is nothing where there is no repository, or no commit', async () => {
    assert.equal(await facts(folder.path), undefined);
    assert.equal(await facts(), undefined);
  });

  it('is commit and branch of a clean tree', async () => {
    await writeFile(path.join(at, 'one file'), '1');
    await git('add', '.');
    await git('commit', '--message=one');
    assert.deepEqual(await facts(), { commit: await head(), branch: 'main', tags: [], dirty: false });
  });

  it('is that also for a folder inside', async () => {
    assert.equal((await facts(path.join(at, 'inside')))?.commit, await head());
  });

  it('is the tags of that very commit, annotated or not', async () => {
    await git('tag', 'v0.9.0');
    await git('commit', '--allow-empty', '--message=two');
    await git('tag', 'v1.0.0');
    await git('tag', '--annotate', '--message=first', 'first');
    assert.deepEqual((await facts())?.tags.toSorted(), ['first', 'v1.0.0']);
  });

  it('is dirty with a file that git does not know, with a change, and with one that is staged', async () => {
    const known = path.join(at, 'one file');
    const other = path.join(at, 'other');
    await writeFile(other, '');
    assert.equal((await facts())?.dirty, true);
    await rm(other);
    assert.equal((await facts())?.dirty, false);
    await writeFile(known, '2');
    assert.equal((await facts())?.dirty, true);
    await git('add', '.');
    assert.equal((await facts())?.dirty, true);
    await git('reset', '--hard');
    assert.equal((await facts())?.dirty, false);
  });

  it('is not dirty for what git ignores', async () => {
    await writeFile(path.join(at, '.git', 'info', 'exclude'), 'ignored\n');
    await writeFile(path.join(at, 'ignored'), '');
    assert.equal((await facts())?.dirty, false);
  });

  it('is the whole name of a branch, and none of a detached head', async () => {
    await git('checkout', '-b', 'feature/login');
    assert.equal((await facts())?.branch, 'feature/login');
    await git('checkout', '--detach');
    const detached = await facts();
    assert.ok(detached && !('branch' in detached));
  });

  it('starts no monitor that the repository names', async () => {
    const proof = path.join(folder.path, 'proof');
    await writeFile(path.join(at, '.git', 'monitor'), `#!/bin/sh\ntouch '${proof}'\n`, { mode: 0o755 });
    await git('config', 'core.fsmonitor', path.join(at, '.git', 'monitor'));
    await facts();
    await assert.rejects(run('cat', [proof]));
  });
});

describe('what VS Code’s Git extension says of a folder', () => {
  const commit = 'a'.repeat(40);
  const uri = 'file:///project';
  const asked: string[] = [];
  const nothing = { mergeChanges: [], indexChanges: [], workingTreeChanges: [] };
  const apiOf = (state: GitRepository['state'] | undefined): GitApi<string> => ({
    getRepository: () =>
      state
        ? {
            state,
            status: () => Promise.resolve(void asked.push('status')),
            getRefs: ({ pattern = '' }) => {
              asked.push(pattern);
              return Promise.resolve([
                { type: 2, name: 'v1', commit },
                { type: 2, name: 'v0', commit: 'b'.repeat(40) },
                { type: 0, name: 'main', commit },
                { type: 2, commit },
              ]);
            },
          }
        : null,
  });
  const facts = (state: GitRepository['state'] | undefined, signal = new AbortController().signal) =>
    gitFactsOf(apiOf(state), uri, signal);

  it('is commit, branch and tags, after a fresh look', async () => {
    const told = await facts({ ...nothing, HEAD: { name: 'main', commit } });
    assert.deepEqual(told, { commit, branch: 'main', tags: ['v1'], dirty: false });
    assert.deepEqual(asked, ['status', 'refs/tags']);
  });

  for (const kind of ['mergeChanges', 'indexChanges', 'workingTreeChanges', 'untrackedChanges'])
    it(`is dirty with ${kind}`, async () => {
      assert.equal((await facts({ ...nothing, HEAD: { commit }, [kind]: [{}] }))?.dirty, true);
    });

  it('is nothing without a repository or a commit, or with one that is none', async () => {
    assert.equal(await facts(undefined), undefined);
    for (const HEAD of [undefined, { name: 'main' }, { commit: 'HEAD' }])
      assert.equal(await facts({ ...nothing, HEAD }), undefined);
  });

  it('is not waited for once nobody asks any more', async () => {
    const api: GitApi<string> = {
      getRepository: () => ({
        state: { ...nothing, HEAD: { commit } },
        status: () => new Promise(() => undefined),
        getRefs: () => Promise.resolve([]),
      }),
    };
    await assert.rejects(gitFactsOf(api, uri, AbortSignal.abort()), /Cancelled/u);
  });
});
