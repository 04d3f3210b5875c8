import { noneCounted, severities, type Severity, type SeverityCounts } from '../../base/index.ts';
import type { Vulnerability } from '../../registry/index.ts';

/** A scanner's own word, in any case; `unknown` for what is none of the known ones. */
export function severityOf(word: string | undefined): Severity {
  const lower = word?.toLowerCase();
  return severities.find((severity) => severity === lower) ?? 'unknown';
}

/** By the ratings of CVSS 3: https://www.first.org/cvss/v3-1/specification-document#Qualitative-Severity-Rating-Scale */
export function severityOfScore(score: number): Severity {
  if (!(score > 0 && score <= 10)) return 'unknown';
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}

export function countBySeverity(vulnerabilities: readonly Vulnerability[]): SeverityCounts {
  const counts = noneCounted();
  for (const { severity } of vulnerabilities) counts[severity] += 1;
  return counts;
}
