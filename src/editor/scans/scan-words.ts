import { severities, type SeverityCounts } from '../../base/index.ts';
import { formatAge } from '../quantities.ts';

/** How many there are of each severity: `1 critical, 2 high`; `none known`. */
export function countsWords(counts: SeverityCounts): string {
  const told = severities.filter((severity) => counts[severity] > 0);
  if (told.length === 0) return 'none known';
  return told
    .map((severity) => `${counts[severity]} ${severity === 'unknown' ? 'of unknown severity' : severity}`)
    .join(', ');
}

/** The worst alone, where a row has no room for more: `1 critical`; undefined where there is nothing to be told. */
export function worstWords({ critical, high }: SeverityCounts): string | undefined {
  if (critical > 0) return `${critical} critical`;
  return high > 0 ? `${high} high` : undefined;
}

/** `Trivy, 3 minutes ago: 1 critical, 2 high` */
export function scannedWords({
  at,
  counts,
  scanner,
}: {
  readonly at: number;
  readonly counts: SeverityCounts;
  readonly scanner: string;
}): string {
  return `${countsWords(counts)} (${scanner}, ${formatAge(new Date(at))})`;
}

export function totalOf(counts: SeverityCounts): number {
  return severities.reduce((sum, severity) => sum + counts[severity], 0);
}
