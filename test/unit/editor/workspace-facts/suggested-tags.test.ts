import assert from 'node:assert/strict';
import type { Log } from '../../../../src/base/index.ts';
import type { GitFacts } from '../../../../src/editor/workspace-facts/git-facts.ts';
import { suggestedTags, tagValues } from '../../../../src/editor/workspace-facts/suggested-tags.ts';
import { readTagTemplates } from '../../../../src/editor/workspace-facts/tag-templates.ts';
import { silent } from './silent.ts';

const now = new Date(2026, 2, 1, 23, 59);
const git: GitFacts = {
  commit: '9c1f2e0a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9d0e',
  branch: 'feature/login',
  tags: ['nightly', 'v1.4.0', 'v1.4.2'],
  dirty: false,
};
const all = ['${packageVersion}', '${gitTag}', '${gitBranch}', '${gitShortSha}', '${date}'];

describe('the tags that a workspace suggests', () => {
  it('are told with where they come from, in the order of the templates', () => {
    const project = { version: '1.5.0', file: 'Cargo.toml' };
    assert.deepEqual(suggestedTags(all, { package: project, git, now }, silent), [
      { tag: '1.5.0', from: 'Cargo.toml' },
      { tag: 'v1.4.2', from: 'git tag' },
      { tag: 'feature-login', from: 'branch' },
      { tag: '9c1f2e0', from: 'commit' },
      { tag: '2026-03-01', from: 'date' },
    ]);
    assert.deepEqual(
      suggestedTags(
        ['edge', '${packageVersion}-${gitShortSha}'],
        { package: project, git: { ...git, dirty: true }, now },
        silent,
      ),
      [
        { tag: 'edge', from: 'settings' },
        { tag: '1.5.0-9c1f2e0-dirty', from: 'Cargo.toml and commit, with changes' },
      ],
    );
  });

  it('are only those whose facts are there', () => {
    assert.deepEqual(suggestedTags(all, { now }, silent), [{ tag: '2026-03-01', from: 'date' }]);
    const detached = { commit: git.commit, tags: [], dirty: false };
    const tags = suggestedTags(all, { git: detached, now }, silent).map(({ tag }) => tag);
    assert.deepEqual(tags, ['9c1f2e0', '2026-03-01']);
  });

  it('are the others where a template is wrong, which the log names', () => {
    const warned: string[] = [];
    const log: Log = { ...silent, warn: (message) => void warned.push(message) };
    assert.deepEqual(suggestedTags(['${version}', '${date}'], { now }, log), [{ tag: '2026-03-01', from: 'date' }]);
    assert.equal(warned.length, 1);
    assert.match(warned[0] ?? '', /“version”/u);
  });
});

describe('the setting with templates for tags', () => {
  const cases: [what: string, value: unknown, templates: string[]][] = [
    ['as they are', ['${date}', ' x '], ['${date}', 'x']],
    ['each once', ['a', 'a ', 'b'], ['a', 'b']],
    ['without what is no text', ['a', 1, null, '', ' ', {}], ['a']],
    ['none of what is no list', 'a', []],
    ['none where nothing is set', undefined, []],
  ];
  for (const [what, value, templates] of cases)
    it(`gives them ${what}`, () => assert.deepEqual(readTagTemplates(value), templates));
  it('gives no more than a person can choose from', () => {
    assert.equal(readTagTemplates(Array.from({ length: 100 }, (_, index) => String(index))).length, 20);
  });

  it('are parts of targets as well, with what no tag can have replaced; what has no value is there without one', () => {
    assert.deepEqual(tagValues({ package: { version: '1.5.0+build.7', file: 'Cargo.toml' }, git, now }), {
      packageVersion: '1.5.0-build.7',
      gitTag: 'v1.4.2',
      gitBranch: 'feature-login',
      gitShortSha: '9c1f2e0',
      date: '2026-03-01',
    });
    const nothing = { packageVersion: undefined, gitTag: undefined, gitBranch: undefined, gitShortSha: undefined };
    assert.deepEqual(tagValues({ now }), { ...nothing, date: '2026-03-01' });
  });
});
