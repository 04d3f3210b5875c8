import type { Clock } from '../../base/index.ts';
import { ProgressLines } from './progress-lines.ts';
import { makeReportFile } from './report-file.ts';
import type { RunProgram } from './run-program.ts';
import { answerOf } from './scan-end.ts';
import { graceMs, outputLimit, scanLimitMs } from './scan-limits.ts';
import { type ScanReport, scanReport } from './scan-report.ts';
import type { ScanSubject } from './scan-subject.ts';
import { scannerArguments } from './scanner-arguments.ts';
import { scannerEnvironment } from './scanner-environment.ts';
import { type ScannerId, scannerOf } from './scanner.ts';

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

/**
 * Has a scanner look for vulnerabilities in an image. Once the signal aborts, it is told to end, and is gone with all that
 * it started when this rejects.
 *
 * @throws ScanError, CancelledError
 */
export async function scanImage(subject: ScanSubject, parts: ScanParts, signal?: AbortSignal): Promise<ScanReport> {
  const scanner = scannerOf(parts.scanner);
  const file = scanner.id === 'docker-scout' ? await makeReportFile(parts.temporaryFolder) : undefined;
  try {
    const lines = new ProgressLines(parts.onProgress);
    const end = await parts.run(
      {
        program: parts.program,
        args: scannerArguments(scanner.id, subject, file?.path ?? ''),
        env: scannerEnvironment(scanner.id, subject, parts.env),
        onStderr: (text) => lines.write(text),
        ...{ cwd: parts.cwd, clock: parts.clock, input: '', limitMs: scanLimitMs, outputLimit, graceMs },
      },
      signal,
    );
    return scanReport(scanner.name, await answerOf(scanner, end, lines.end(), file));
  } finally {
    await file?.remove();
  }
}
