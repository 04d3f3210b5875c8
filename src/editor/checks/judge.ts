import { severities, type Severity, type SeverityCounts } from '../../base/index.ts';
import type { Leanness, SecretFinding } from '../../inspection/index.ts';
import { actionOn, type CheckAction, type Checks, type VulnerabilityCheck } from './checks.ts';

export type CheckName = 'secrets' | 'latestOnly' | 'bloat' | 'vulnerabilities';

/** What is known of an image before it is sent. */
export interface Known {
  /** Of its configuration, which is always known, and of its layers where they were read. */
  readonly secrets: readonly SecretFinding[];
  readonly layersRead: boolean;
  /** The target's tag is `latest`, and the request gives it no other there. */
  readonly latestAlone: boolean;
  /** Absent where its layers were not read. */
  readonly leanness?: Pick<Leanness, 'efficiencyPercent' | 'bytes' | 'hiddenBytes'>;
  /** Absent where nobody scanned it. */
  readonly vulnerabilities?: SeverityCounts;
}

/** Something that a check was to find. */
export type Objection = { readonly action: 'warn' | 'block' } & (
  | { readonly check: 'secrets'; readonly secrets: readonly SecretFinding[] }
  | { readonly check: 'latestOnly' }
  | { readonly check: 'bloat'; readonly efficiencyPercent: number; readonly hiddenBytes: number }
  | { readonly check: 'vulnerabilities'; readonly atLeast: Severity; readonly count: number }
);

/** What would have to be found out yet. */
export interface OpenCheck {
  readonly check: CheckName;
  readonly action: 'warn' | 'block';
  /** Why it could not be, a sentence; absent where nobody tried. */
  readonly why?: string;
}

export interface Judgement {
  readonly objections: readonly Objection[];
  readonly open: readonly OpenCheck[];
}

/** Below it an image carries too much that nobody ever sees; dive's own rule for builds has the same. In percent. */
export const leastEfficiency = 90;

/** Holds what is known of an image against the checks for a target. */
export function judge(checks: Checks, known: Known): Judgement {
  const objections: Objection[] = [];
  const open: OpenCheck[] = [];
  const { secrets, layersRead, latestAlone, leanness, vulnerabilities: counts } = known;
  if (isOn(checks.secrets)) {
    if (secrets.length > 0) objections.push({ check: 'secrets', action: checks.secrets, secrets });
    if (!layersRead) open.push({ check: 'secrets', action: checks.secrets });
  }
  if (isOn(checks.latestOnly) && latestAlone) objections.push({ check: 'latestOnly', action: checks.latestOnly });
  if (isOn(checks.bloat)) {
    if (!leanness) open.push({ check: 'bloat', action: checks.bloat });
    else if (leanness.efficiencyPercent < leastEfficiency) {
      const { efficiencyPercent, hiddenBytes } = leanness;
      objections.push({ check: 'bloat', action: checks.bloat, efficiencyPercent, hiddenBytes });
    }
  }
  const action = actionOn(checks.vulnerabilities);
  if (isOn(action)) {
    if (counts) objections.push(...vulnerable(checks.vulnerabilities, counts));
    else open.push({ check: 'vulnerabilities', action });
  }
  return { objections, open };
}

/** The strictest of the checks that finds any, as one image has one list of them. */
function vulnerable(checks: readonly VulnerabilityCheck[], counts: SeverityCounts): Objection[] {
  const found = checks.flatMap(({ action, atLeast }) => {
    const count = countFrom(atLeast, counts);
    return count > 0 && isOn(action) ? [{ check: 'vulnerabilities' as const, action, atLeast, count }] : [];
  });
  const worst = found.find(({ action }) => action === 'block') ?? found[0];
  return worst ? [worst] : [];
}

/** How many are of this severity or worse. */
export function countFrom(atLeast: Severity, counts: SeverityCounts): number {
  return severities.slice(0, severities.indexOf(atLeast) + 1).reduce((sum, severity) => sum + counts[severity], 0);
}

function isOn(action: CheckAction): action is 'warn' | 'block' {
  return action !== 'off';
}
