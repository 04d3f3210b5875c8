import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expandTagTemplate, InvalidReferenceError, parseTag, type TagFacts } from '../../../src/reference/index.ts';

const facts = {
  packageVersion: '1.4.2',
  gitTag: 'v1.4.1',
  gitBranch: 'feature/login',
  gitShortSha: '9c1f2e0-dirty',
  date: '2026-03-01',
} satisfies TagFacts;

describe('a template for a tag', () => {
  const made: [template: string, tag: string, ...uses: string[]][] = [
    ['${packageVersion}', '1.4.2', 'packageVersion'],
    ['v${packageVersion}', 'v1.4.2', 'packageVersion'],
    ['${gitTag}', 'v1.4.1', 'gitTag'],
    ['${gitBranch}', 'feature-login', 'gitBranch'],
    ['${gitShortSha}', '9c1f2e0-dirty', 'gitShortSha'],
    ['${date}', '2026-03-01', 'date'],
    ['${packageVersion}-${gitShortSha}', '1.4.2-9c1f2e0-dirty', 'packageVersion', 'gitShortSha'],
    ['${gitBranch}_${date}.${date}', 'feature-login_2026-03-01.2026-03-01', 'gitBranch', 'date'],
    ['nightly', 'nightly'],
    ['a b//c', 'a-b-c'],
    ['./-${packageVersion}', '1.4.2', 'packageVersion'],
    ['$1 {x} }', '1-x-'],
  ];
  for (const [template, tag, ...uses] of made)
    it(`“${template}” makes ${tag}`, () => assert.deepEqual(expandTagTemplate(template, facts), { tag, uses }));

  const values: [what: string, facts: TagFacts, template: string, tag: string | undefined][] = [
    ['the build of a version', { packageVersion: '1.4.2+linux.7' }, '${packageVersion}', '1.4.2-linux.7'],
    ['letters that no tag has', { gitBranch: 'größe/ß' }, '${gitBranch}', 'gr-e-'],
    ['a branch that begins with what no tag begins with', { gitBranch: '.github/fix' }, '${gitBranch}', 'github-fix'],
    ['what looks like a template itself', { gitBranch: '${date}', date: 'now' }, '${gitBranch}', 'date-'],
    ['what looks like a replacement', { gitBranch: "$&$1$'" }, 'x${gitBranch}', 'x-1-'],
    ['nothing that is left', { gitBranch: '///' }, '${gitBranch}', undefined],
    ['128 characters', { gitBranch: 'b'.repeat(128) }, '${gitBranch}', 'b'.repeat(128)],
    ['more than 128 characters', { gitBranch: 'b'.repeat(129) }, '${gitBranch}', undefined],
    ['a fact that is missing', { gitShortSha: '9c1f2e0' }, '${packageVersion}-${gitShortSha}', undefined],
    ['a fact that is empty', { packageVersion: '' }, 'v${packageVersion}', undefined],
    ['an empty template', {}, '', undefined],
  ];
  for (const [what, given, template, tag] of values)
    it(`takes ${what}`, () => assert.equal(expandTagTemplate(template, given)?.tag, tag));

  const wrong: [template: string, named: string][] = [
    ['${version}', '“version”'],
    ['${packageVersion}-${env:HOME}', '“env:HOME”'],
    ['${}', '“”'],
    ['${PackageVersion}', '“PackageVersion”'],
    ['${toString}', '“toString”'],
    ['${packageVersion', 'that no “}” closes'],
    ['${date${gitTag}', 'that no “}” closes'],
  ];
  for (const [template, named] of wrong)
    it(`is refused as “${template}”, whatever is known`, () => {
      for (const given of [facts, {}])
        assert.throws(
          () => expandTagTemplate(template, given),
          (error) => error instanceof InvalidReferenceError && error.message.includes(named),
        );
    });

  it('makes a tag or nothing of any facts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (gitBranch, packageVersion) => {
        const made = expandTagTemplate('${gitBranch}${packageVersion}', { gitBranch, packageVersion });
        if (made) parseTag(made.tag);
      }),
    );
  });
});
