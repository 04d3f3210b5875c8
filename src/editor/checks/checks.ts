import picomatch from 'picomatch';
import type { Severity } from '../../base/index.ts';
import { formatReference, type TaggedReference } from '../../reference/index.ts';
import type { CheckRule } from './check-rules.ts';

/** What becomes of a push when something is found. */
export type CheckAction = 'off' | 'warn' | 'block';

export interface VulnerabilityCheck {
  /** Those of this severity and worse. */
  readonly atLeast: Severity;
  readonly action: CheckAction;
}

/** What is to be looked for before a push to one target. */
export interface Checks {
  readonly secrets: CheckAction;
  readonly latestOnly: CheckAction;
  readonly bloat: CheckAction;
  /** One for each list of rules that has one, without those that are off. */
  readonly vulnerabilities: readonly VulnerabilityCheck[];
}

/** Where no rule says otherwise. */
const secretsByDefault: CheckAction = 'warn';
const strictness: readonly CheckAction[] = ['off', 'warn', 'block'];

/**
 * The checks for a target. In each list the first rule counts that is for it; what the person's own does not speak of is as
 * it is by default, and of several lists the stricter counts, so that a workspace can only add to that.
 *
 * @param own the person's rules
 * @param others a workspace's, and those of its folders
 */
export function checksFor(
  target: TaggedReference,
  own: readonly CheckRule[],
  others: readonly (readonly CheckRule[])[],
): Checks {
  const name = formatReference(target);
  const rules = [own, ...others].map((list) =>
    list.find(({ target: pattern }) => pattern === undefined || isFor(pattern, name)),
  );
  const stricter = (check: 'secrets' | 'latestOnly' | 'bloat', otherwise: CheckAction): CheckAction => {
    const wanted = rules.map((rule, index) => rule?.[check] ?? (index === 0 ? otherwise : 'off'));
    return strictness[Math.max(...wanted.map((action) => strictness.indexOf(action)))] ?? otherwise;
  };
  return {
    secrets: stricter('secrets', secretsByDefault),
    latestOnly: stricter('latestOnly', 'off'),
    bloat: stricter('bloat', 'off'),
    vulnerabilities: rules.flatMap((rule) =>
      rule?.vulnerabilities && rule.vulnerabilities.action !== 'off' ? [rule.vulnerabilities] : [],
    ),
  };
}

/** The stricter of what the lists want of vulnerabilities. */
export function actionOn(vulnerabilities: Checks['vulnerabilities']): CheckAction {
  return strictness[Math.max(0, ...vulnerabilities.map(({ action }) => strictness.indexOf(action)))] ?? 'off';
}

/**
 * A pattern is for canonical references, as `docker.io/acme/*`, also where it ends before the tag, and for whole registries
 * and namespaces with `**`.
 */
function isFor(pattern: string, name: string): boolean {
  const isMatch = picomatch(pattern, { dot: true, windows: false });
  return isMatch(name) || isMatch(name.slice(0, name.lastIndexOf(':')));
}
