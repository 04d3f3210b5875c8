/** Of a vulnerability, from the worst to the least; what a source calls otherwise is `unknown`. */
export const severities = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'] as const;

export type Severity = (typeof severities)[number];

/** How many vulnerabilities there are of each severity. */
export type SeverityCounts = Readonly<Record<Severity, number>>;

/** None of any severity, to be counted up. */
export function noneCounted(): Record<Severity, number> {
  return { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };
}
