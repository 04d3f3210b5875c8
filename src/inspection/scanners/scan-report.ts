import { severities, type SeverityCounts } from '../../base/index.ts';
import type { RegistryScan, Vulnerability } from '../../registry/index.ts';
import { countBySeverity } from './severity.ts';

/** What a scanner, here or at a registry, knows of an image. */
export interface ScanReport {
  /** The scanner's name. */
  readonly scanner: string;
  /** The scanner's, where its report says it. */
  readonly version?: string;
  /** Each once, the worst first, then by package and ID. */
  readonly vulnerabilities: readonly Vulnerability[];
  readonly counts: SeverityCounts;
}

/** What a scanner's output says, before it is sorted. */
export interface ScannerAnswer {
  readonly version?: string;
  readonly vulnerabilities: readonly Vulnerability[];
}

export function scanReport(scanner: string, { version, vulnerabilities }: ScannerAnswer): ScanReport {
  const sorted = eachOnce(vulnerabilities.toSorted(compare));
  return { scanner, ...(version && { version }), vulnerabilities: sorted, counts: countBySeverity(sorted) };
}

/** A registry's own scan as a report. The counts are the registry's, which may list fewer than it counts. */
export function registryReport(scan: RegistryScan & { state: 'scanned' }, registryName: string): ScanReport {
  const scanner = scan.scanner ? `${scan.scanner} (${registryName})` : registryName;
  return { ...scanReport(scanner, scan), counts: scan.counts };
}

/** A package that lies in an image several times, or is known by several files, is reported for each of them. */
function eachOnce(sorted: readonly Vulnerability[]): Vulnerability[] {
  const known = new Map<string, Vulnerability>();
  for (const one of sorted) {
    const key = JSON.stringify([one.id, one.package, one.installed]);
    // The first is the worst.
    if (!known.has(key)) known.set(key, one);
  }
  return [...known.values()];
}

function compare(one: Vulnerability, other: Vulnerability): number {
  return (
    severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
    order(one.package, other.package) ||
    order(one.id, other.id) ||
    order(one.installed ?? '', other.installed ?? '')
  );
}

/** The same on every machine, whatever its language. */
function order(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
