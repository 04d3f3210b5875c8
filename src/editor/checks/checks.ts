import picomatch from 'picomatch';
import { formatReference, type TaggedReference } from '../../reference/index.ts';
import type { Severity } from '../../registry/index.ts';
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
 * The checks for a target. In each list the first rule counts that is for it; where several lists have one, as the person's
 * and a workspace's, the stricter counts, so that none takes away what another wants.
 *
 * @param lists the person's own first; a workspace can only add to it
 */
export function checksFor(target: TaggedReference, lists: readonly (readonly CheckRule[])[]): Checks {
  const name = formatReference(target);
  const rules = lists.map((list) => list.find(({ target: pattern }) => pattern === undefined || isFor(pattern, name)));
  const stricter = (check: 'secrets' | 'latestOnly' | 'bloat', otherwise: CheckAction): CheckAction => {
    const wanted = rules.flatMap((rule) => (rule?.[check] === undefined ? [] : [strictness.indexOf(rule[check])]));
    return wanted.length === 0 ? otherwise : (strictness[Math.max(...wanted)] ?? otherwise);
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
