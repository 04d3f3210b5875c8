import type { Clock } from '../../base/index.ts';
import { readDockerScout } from './docker-scout.ts';
import { readGrype } from './grype.ts';
import { ProgressLines } from './progress-lines.ts';
import { makeReportFile, type ReportFile } from './report-file.ts';
import { readTrivy } from './trivy.ts';
import type { RunProgram, ScannerEnd } from './run-program.ts';
import { scanFailure } from './scan-failure.ts';
import { type ScannerAnswer, type ScanReport, scanReport } from './scan-report.ts';
import { nameOf, type ScanSubject } from './scan-subject.ts';
import { scannerArguments } from './scanner-arguments.ts';
import { scannerEnvironment } from './scanner-environment.ts';
import { type Scanner, type ScannerId, scannerOf } from './scanner.ts';

export interface ScanParts {
  readonly scanner: ScannerId;
  /** Its program; absolute. */
  readonly program: string;
  readonly run: RunProgram;
  /** The user's. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where it runs: no folder that is open, as scanners read settings from where they are (`trivy.yaml`). */
  readonly cwd: string;
  /** Where Docker Scout's report is written, to be removed. */
  readonly temporaryFolder: string;
  readonly clock: Clock;
  /** Is given what the scanner says of its work, as plain text. */
  readonly onProgress?: (line: string) => void;
}

/** Half an hour: a first scan fetches a database. */
const limitMs = 30 * 60_000;
/** Of a report, in bytes. */
const outputLimit = 256 * 1024 * 1024;
/** For the removal of temporary files, in which scanners unpack an image. */
const graceMs = 5_000;

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
 * Has a scanner look for vulnerabilities in an image. Once the signal aborts, it is told to end, and is gone with all that
 * it started when this rejects.
 *
 * @throws ScanError, CancelledError
 */
export async function scanImage(subject: ScanSubject, parts: ScanParts, signal?: AbortSignal): Promise<ScanReport> {
  const scanner = scannerOf(parts.scanner);
  // Before anything is made.
  if (subject.kind === 'engine') nameOf(subject.image);
  const file = scanner.id === 'docker-scout' ? await makeReportFile(parts.temporaryFolder) : undefined;
  try {
    const lines = new ProgressLines(parts.onProgress);
    const end = await parts.run(
      {
        program: parts.program,
        args: scannerArguments(scanner.id, subject, file?.path ?? ''),
        env: scannerEnvironment(scanner.id, subject, parts.env),
        onStderr: (text) => lines.write(text),
        ...{ cwd: parts.cwd, clock: parts.clock, input: '', limitMs, outputLimit, graceMs },
      },
      signal,
    );
    return scanReport(scanner.name, await answerOf(scanner, end, lines.end(), file));
  } finally {
    await file?.remove();
  }
}

async function answerOf(
  scanner: Scanner,
  end: ScannerEnd,
  lastWords: string,
  file: ReportFile | undefined,
): Promise<ScannerAnswer> {
  switch (end.kind) {
    case 'not-started':
      throw scanFailure(scanner, 'scanner-missing', `could not be started (${end.code})`, '');
    case 'too-long':
      throw scanFailure(scanner, 'scanner-killed', `gave no report within ${limitMs / 60_000} minutes`, lastWords);
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
