import { readDockerScout } from './docker-scout.ts';
import { readGrype } from './grype.ts';
import { ProgressLines } from './progress-lines.ts';
import type { ReportFile } from './report-file.ts';
import type { ScannerEnd } from './run-program.ts';
import { scanFailure } from './scan-failure.ts';
import type { ScannerAnswer } from './scan-report.ts';
import { outputLimit, scanLimitMs } from './scan-limits.ts';
import type { Scanner, ScannerId } from './scanner.ts';
import { readTrivy } from './trivy.ts';

/**
 * What each scanner ends with when it has a report (the facts' sources: trivy `--exit-code`, which the user may set to any;
 * grype `--fail-on`, whose 2 some versions call 1; `docker scout cves --exit-code`).
 */
const answers: Readonly<
  Record<ScannerId, { read: (output: string) => ScannerAnswer; may: (code: number) => boolean }>
> = {
  trivy: { read: readTrivy, may: () => true },
  grype: { read: readGrype, may: (code) => code <= 2 },
  'docker-scout': { read: readDockerScout, may: (code) => code === 0 || code === 2 },
};

/**
 * What a scanner said by its end, its output and, where there is one, its report's file.
 *
 * @param lastWords of its stderr
 * @throws ScanError
 */
export async function answerOf(
  scanner: Scanner,
  end: ScannerEnd,
  lastWords: string,
  file: ReportFile | undefined,
): Promise<ScannerAnswer> {
  switch (end.kind) {
    case 'not-started':
      throw scanFailure(scanner, 'scanner-missing', `could not be started (${end.code})`, '');
    case 'too-long':
      throw scanFailure(scanner, 'scanner-killed', `gave no report within ${scanLimitMs / 60_000} minutes`, lastWords);
    case 'too-much':
      throw scanFailure(scanner, 'scanner-output', 'wrote far more than a report', lastWords);
    case 'ended':
      return answerOfEnd(scanner, end, lastWords, file);
  }
}

async function answerOfEnd(
  scanner: Scanner,
  { code, stdout }: ScannerEnd & { kind: 'ended' },
  lastWords: string,
  file: ReportFile | undefined,
): Promise<ScannerAnswer> {
  const report = file ? await file.read(outputLimit) : stdout;
  // What it says of a failure may be on stdout, where a report is not.
  const words = lastWords || (file ? lastLinesOf(stdout) : '');
  if (code === undefined) throw scanFailure(scanner, 'scanner-killed', 'was ended by a signal', words);
  const { read, may } = answers[scanner.id];
  const failed = `could not scan the image (it ended with ${code})`;
  if (!may(code)) throw scanFailure(scanner, 'scanner-failed', failed, words);
  try {
    return read(report ?? '');
  } catch (cause) {
    if (code !== 0) throw scanFailure(scanner, 'scanner-failed', failed, words, cause);
    throw scanFailure(scanner, 'scanner-output', 'wrote no report that can be read here', words, cause);
  }
}

function lastLinesOf(text: string): string {
  const lines = new ProgressLines();
  lines.write(`${text.slice(-4_000)}\n`);
  return lines.end();
}
