import assert from 'node:assert/strict';
import { CancelledError } from '../../../../src/base/index.ts';
import { checkPlan, type CheckPlanOptions, isLatestAlone } from '../../../../src/editor/checks/check-plan.ts';
import type { CheckedPush, Verdict } from '../../../../src/editor/checks/push-checks.ts';
import type { BlockedPush } from '../../../../src/editor/checks/blocked-question.ts';
import type { Engine } from '../../../../src/engine/index.ts';
import { parseTarget } from '../../../../src/reference/index.ts';
import { pushedRecord } from '../../push/parts.ts';
import { silent } from '../workspace-facts/silent.ts';

const id = `sha256:${'a'.repeat(64)}`;
const details = { id, references: [], digests: [], sizeBytes: 1, createdAt: undefined, layers: [] };
const target = parseTarget('registry.example/public/api:1');
const push: CheckedPush = { name: 'api:1', details, target, latestAlone: true };
const passed: Verdict = { objections: [], open: [], faults: [], waited: false };
const latest = (action: 'warn' | 'block'): Verdict => ({ ...passed, objections: [{ check: 'latestOnly', action }] });
const words = 'Its only tag there would be latest, which tells nobody which image it is.';

describe('a plan before the checks', () => {
  let overrides: Map<string, string>;
  let kept: string[];
  beforeEach(() => {
    overrides = new Map();
    kept = [];
  });
  const check = (verdict: Verdict, onBlocked?: (blocked: BlockedPush) => Promise<string | undefined>) => {
    const options: CheckPlanOptions = {
      ...{ overrides, log: silent, signal: new AbortController().signal, onFinding: undefined, onBlocked },
      overridden: (reason) => kept.push(reason),
      checks: { before: () => Promise.resolve(verdict) },
    };
    return checkPlan(push, {} as Engine, options);
  };

  it('passes with what is to be told', async () => {
    const checked = await check({ ...latest('warn'), open: [{ check: 'secrets', action: 'warn' }] });
    assert.ok(checked.kind === 'passed');
    assert.deepEqual(checked.plan.warnings, [words]);
    assert.deepEqual(checked.plan.open, [{ check: 'secrets', action: 'warn' }]);
  });

  it('is refused where nobody can be asked, before anything is sent', async () => {
    const checked = await check(latest('block'));
    assert.ok(checked.kind === 'refused');
    const { code, message, side } = checked.error;
    assert.deepEqual([code, side], ['check-blocked', 'policy']);
    assert.equal(message, `registry.example/public/api:1 was not pushed. ${words}`);
  });

  it('ends as cancelled where the person declines', async () => {
    await assert.rejects(
      check(latest('block'), () => Promise.resolve(undefined)),
      CancelledError,
    );
    assert.deepEqual(kept, []);
  });

  it('goes on with a reason, which is kept, and is looked at anew first', async () => {
    const asked: BlockedPush[] = [];
    const answer = (blocked: BlockedPush): Promise<string> => {
      asked.push(blocked);
      return Promise.resolve('for trials');
    };
    assert.equal((await check(latest('block'), answer)).kind, 'again');
    assert.deepEqual(kept, ['for trials']);
    const checked = await check(latest('block'), answer);
    assert.ok(checked.kind === 'passed');
    assert.deepEqual(checked.plan.warnings, [words, 'It was pushed all the same: “for trials”.']);
    assert.deepEqual(asked, [{ image: 'api:1', imageId: id, target: 'registry.example/public/api:1', words: [words] }]);
    // What else is found then needs a reason of its own.
    await check({ ...latest('block'), open: [{ check: 'secrets', action: 'block', why: 'It is damaged.' }] }, answer);
    assert.equal(asked.length, 2);
    assert.match(asked[1]?.words.join(' ') ?? '', /whether there are secrets in its layers\. It is damaged\.$/u);
  });

  it('is looked at anew after something was read for it, as that takes a while', async () => {
    assert.equal((await check({ ...passed, waited: true })).kind, 'again');
  });

  it('is stopped by a rule that cannot be read', async () => {
    const checked = await check({ ...passed, faults: ['Rule 1 is not valid.'] });
    assert.ok(checked.kind === 'refused' && checked.error.message.endsWith('Rule 1 is not valid.'));
  });
});

describe('latest alone', () => {
  const place = 'registry.example/team/api';
  const alone = (tag: string, targets: string[], history: ReturnType<typeof pushedRecord>[] = []): boolean =>
    isLatestAlone(parseTarget(`${place}:${tag}`), id, { targets }, history);

  it('is no other tag than latest', () => {
    assert.equal(alone('1.4', []), false);
    assert.equal(alone('latest', [`${place}:latest`]), true);
    assert.equal(alone('latest', [`${place}:latest`, 'no target', 'registry.example/team/web:1.4']), true);
  });

  it('is not where the same request, or an earlier push of the image, gives it another', () => {
    assert.equal(alone('latest', [`${place}:latest`, `${place}:1.4`]), false);
    const pushed = (name: string, of: string) => ({
      ...pushedRecord('p-1'),
      target: name,
      image: { name, id: of },
    });
    assert.equal(alone('latest', [], [pushed(`${place}:1.4`, id)]), false);
    assert.equal(alone('latest', [], [pushed(`${place}:1.4`, digestOf('c'))]), true);
    assert.equal(alone('latest', [], [pushed(`${place}:latest`, id)]), true);
  });
});

function digestOf(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}
