import assert from 'node:assert/strict';
import {
  checkTargetTemplate,
  expandTarget,
  familiarName,
  formatReference,
  InvalidReferenceError,
  parseReference,
  type ReferenceErrorCode,
  type TemplateFacts,
} from '../../../src/reference/index.ts';

const facts: TemplateFacts = { imageName: 'api', imagePath: 'team/api', tag: '1.4.2', gitTag: undefined, empty: '' };
const host = 'registry.example.com';

function refusal(run: () => unknown): InvalidReferenceError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof InvalidReferenceError);
    return error;
  }
  assert.fail('nothing was refused');
}

describe('expandTarget', () => {
  const expanded: [template: string, target: string][] = [
    [`${host}/team/api:1`, `${host}/team/api:1`],
    [`${host}/\${imageName}:\${tag}`, `${host}/api:1.4.2`],
    [`${host}/mirror/\${imagePath}:\${tag}`, `${host}/mirror/team/api:1.4.2`],
    [`${host}/team/\${imageName}-\${tag}:latest`, `${host}/team/api-1.4.2:latest`],
    [`${host}/\${imageName}/\${imageName}:v\${tag}-\${tag}`, `${host}/api/api:v1.4.2-1.4.2`],
    ['localhost:5000/${imageName}:${tag}', 'localhost:5000/api:1.4.2'],
    ['Registry.Example.com/${imageName}:${tag}', `${host}/api:1.4.2`],
    ['docker.io/${imageName}:${tag}', 'docker.io/library/api:1.4.2'],
    ['[2001:db8::1]:5000/${imageName}:${tag}', '[2001:db8::1]:5000/api:1.4.2'],
  ];
  for (const [template, target] of expanded)
    it(`makes ${target} of ${template}`, () => assert.equal(formatReference(expandTarget(template, facts)), target));

  it('puts a value in as it is: neither a variable nor a pattern in it counts', () => {
    const odd = refusal(() => expandTarget(`${host}/api:\${tag}`, { tag: '${tag}' }));
    assert.match(odd.message, /The tag “\$\{tag\}” is not allowed/u);
    assert.match(refusal(() => expandTarget(`${host}/api:x\${tag}`, { tag: '$&' })).message, /The tag “x\$&”/u);
  });

  const refused: [template: string, words: RegExp, code?: ReferenceErrorCode][] = [
    [
      `${host}/api:\${gitTag}`,
      /^\$\{gitTag\} has no value now, so nothing is pushed to “registry\.example\.com\/api:/u,
    ],
    [`${host}/api:\${empty}`, /^\$\{empty\} has no value now/u],
    [`${host}/api:\${Tag}`, /^\$\{Tag\} in “.*” is not known\. Known are \$\{imageName\}, \$\{imagePath\}, \$\{tag\}/u],
    [`${host}/api:\${constructor}`, /^\$\{constructor\} in .* is not known/u],
    [`${host}/api:\${}`, /^\$\{\} in .* is not known/u],
    [`${host}/api:\${ tag }`, /white space|not known/u],
    [`${host}/api:\${tag`, /has no end/u],
    [`${host}/api:\${ta\${tag}`, /has no end/u],
    [`${host}/api:$tag`, /The tag “\$tag” is not allowed/u],
    ['${imageName}/team/api:1', /registry that is written out/u, 'registry-missing'],
    ['${imageName}:${tag}', /registry that is written out/u, 'registry-missing'],
    ['registry.${imageName}.com/team/api:1', /registry that is written out/u, 'registry-missing'],
    ['team/${imageName}:${tag}', /does not say which registry/u, 'registry-missing'],
    [`${host}/team/\${imageName}`, /has no tag/u, 'tag-missing'],
    [`https://${host}/\${imageName}:1`, /scheme/u],
    ['', /empty/u],
  ];
  for (const [template, words, code = 'reference-invalid'] of refused)
    it(`refuses ${JSON.stringify(template)}`, () => {
      const error = refusal(() => expandTarget(template, facts));
      assert.match(error.message, words);
      assert.equal(error.code, code);
    });

  it('refuses what only the value makes wrong, in the words of a target', () => {
    const { message } = refusal(() => expandTarget(`${host}/api:\${gitBranch}`, { gitBranch: 'fix/login' }));
    assert.match(message, /tag “fix\/login” is not allowed/u);
    const { code } = refusal(() =>
      expandTarget(`${host}/api:\${gitBranch}`, { gitBranch: `x@sha256:${'0'.repeat(64)}` }),
    );
    assert.equal(code, 'digest-refused');
  });
});

describe('checkTargetTemplate', () => {
  it('judges no variable: what it stands for is known when something is pushed', () =>
    checkTargetTemplate(`${host}/\${anything}/api:\${gitTag}`));

  it('refuses what nothing could mend', () => {
    const untagged = refusal(() => checkTargetTemplate(`${host}/\${imageName}`));
    assert.equal(untagged.code, 'tag-missing');
    assert.match(untagged.message, /imagename” has no tag/u);
    assert.equal(refusal(() => checkTargetTemplate('${registry}/api:1')).code, 'registry-missing');
    assert.match(refusal(() => checkTargetTemplate(`${host}/Team/\${imageName}:1`)).message, /upper-case/u);
  });
});

describe('familiarName', () => {
  for (const [reference, name] of [
    ['nginx:1', 'nginx'],
    ['acme/web', 'acme/web'],
    ['ghcr.io/acme/api:1', 'ghcr.io/acme/api'],
    ['localhost:5000/api:1', 'localhost:5000/api'],
    ['localhost/api:1', 'localhost/api'],
    [`api@sha256:${'0'.repeat(64)}`, 'api'],
  ] as const)
    it(`of ${reference.slice(0, 30)} is ${name}`, () =>
      assert.equal(familiarName(parseReference(reference).repository), name));
});
