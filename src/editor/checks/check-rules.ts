import * as v from 'valibot';
import { plainText } from '../../base/index.ts';
import type { CheckAction, VulnerabilityCheck } from './checks.ts';

/** The whole name of the setting. */
export const checksSetting = 'dockerPush.checks';

/** An entry of the setting. What it does not speak of is left to the default. */
export interface CheckRule {
  /** A glob over the canonical reference, as `docker.io/acme/**`; absent: every target. */
  readonly target?: string;
  readonly secrets?: CheckAction;
  readonly latestOnly?: CheckAction;
  readonly bloat?: CheckAction;
  readonly vulnerabilities?: VulnerabilityCheck;
}

export interface CheckRules {
  readonly rules: readonly CheckRule[];
  /** What is written wrongly: a sentence each, plain text. */
  readonly faults: readonly string[];
}

const action = v.picklist(['off', 'warn', 'block']);
const schema = v.strictObject({
  target: v.exactOptional(v.pipe(v.string(), v.regex(/^\S+$/u), v.maxLength(300))),
  secrets: v.exactOptional(action),
  latestOnly: v.exactOptional(action),
  bloat: v.exactOptional(action),
  vulnerabilities: v.exactOptional(
    v.strictObject({ atLeast: v.picklist(['critical', 'high', 'medium', 'low']), action }),
  ),
});

const forms: Readonly<Record<string, string>> = {
  target: '“target” takes a pattern for references, as "docker.io/acme/**".',
  secrets: '“secrets” takes "off", "warn" or "block".',
  latestOnly: '“latestOnly” takes "off", "warn" or "block".',
  bloat: '“bloat” takes "off", "warn" or "block".',
  vulnerabilities: '“vulnerabilities” takes an object, as {"atLeast": "critical", "action": "block"}.',
};

/**
 * Reads the setting as it stands there, in its order. A rule that is written wrongly must not let a push pass that it was
 * to stop: it is told as a fault, and that stops the push.
 */
export function readCheckRules(value: unknown): CheckRules {
  if (value === undefined || value === null) return { rules: [], faults: [] };
  if (!Array.isArray(value)) return { rules: [], faults: [`${checksSetting} takes a list of rules.`] };
  const rules: CheckRule[] = [];
  const faults: string[] = [];
  for (const [index, entry] of (value as unknown[]).entries()) {
    const result = v.safeParse(schema, entry, { abortPipeEarly: true });
    if (result.success) rules.push(result.output);
    else faults.push(`Rule ${index + 1} of ${checksSetting} is not valid: ${reasonOf(result.issues)}`);
  }
  return { rules, faults };
}

type Issue = v.InferIssue<typeof schema>;

function reasonOf(issues: readonly [Issue, ...Issue[]]): string {
  const keys = issues.map(({ path }) => path?.[0].key);
  const unknown = keys.find((key) => typeof key === 'string' && !Object.hasOwn(forms, key));
  if (typeof unknown === 'string')
    return `It does not know “${plainText(unknown, 60)}”: it takes ${Object.keys(forms).join(', ')}.`;
  const [first] = keys;
  return (typeof first === 'string' ? forms[first] : undefined) ?? 'It takes an object.';
}
