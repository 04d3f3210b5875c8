import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CancelledError,
  type Log,
  programEnvironment,
  type SeverityCounts,
  systemClock,
  untilAborted,
} from '../../base/index.ts';
import type { Engine, ImageDetails } from '../../engine/index.ts';
import type { FoundScanner, ScannerId, ScanReport, ScanSubject } from '../../inspection/index.ts';
import type { ScanParts } from '../checks/push-checks.ts';
import { localFolders } from '../local-folders.ts';
import type { ScanBook } from './scan-book.ts';

export interface ImageScansParts {
  readonly book: ScanBook;
  readonly scanner: () => 'auto' | 'off' | ScannerId;
  /** Where scanners run and write: nothing is in it that they would take for their settings. */
  readonly folder: string;
  readonly log: Log;
  /** Aborts with the window, and no scanner outlives that. */
  readonly signal: AbortSignal;
}

/** So long a scan counts for a check, in milliseconds: the databases of the scanners are new about daily. */
const lastsMs = 24 * 60 * 60 * 1000;
/** What is left in the folder of scanners for so long was left by a window that is gone. */
const abandonedMs = 60 * 60 * 1000;

export interface Scanning {
  readonly signal: AbortSignal;
  /** What the scanner says of its work: plain text. */
  readonly onProgress?: (line: string) => void;
}

/** Has the person's own scanner look at images of the engine in use, and keeps what it finds. */
export class ImageScans implements ScanParts {
  readonly #parts: ImageScansParts;
  /** Those that run, by the image's ID: a second one waits for the same. */
  readonly #running = new Map<string, Promise<ScanReport>>();

  constructor(parts: ImageScansParts) {
    this.#parts = parts;
  }

  async known(imageId: string): Promise<SeverityCounts | undefined> {
    const summary = await this.#parts.book.summary(imageId);
    // A registry's word is of its own scan, and what was not known yesterday may be today.
    const isGood = summary?.by === 'here' && Date.now() - summary.at < lastsMs;
    return isGood ? summary.counts : undefined;
  }

  async scan(
    { details }: { readonly details: ImageDetails },
    engine: Engine,
    watch: Scanning,
  ): Promise<SeverityCounts> {
    return (await this.reportOf(details, engine, watch)).counts;
  }

  /** The scanner that would be run. */
  async find(): Promise<FoundScanner> {
    const { scanner } = this.#parts;
    const [{ findScanner, pluginFolders }, { findProgram }] = await Promise.all([
      import('../../inspection/index.ts'),
      import('../../credentials/index.ts'),
    ]);
    const wanted = scanner();
    if (wanted === 'off') return { kind: 'missing', why: 'The setting “dockerPush.scanner” is off.', wanted: [] };
    const places = { platform: process.platform, env: process.env, workspaceFolders: localFolders() };
    return findScanner(
      wanted,
      (program, folders) => findProgram(program, { ...places, ...(folders && { folders }) }),
      () => pluginFolders({ ...places, home: homedir(), readFile: (file) => readFile(file, 'utf8') }),
    );
  }

  /** @throws ScanError, CancelledError, EngineError */
  async reportOf(details: ImageDetails, engine: Engine, scanning: Scanning): Promise<ScanReport> {
    for (;;) {
      const running = this.#running.get(details.id);
      if (!running) break;
      const ended = await untilAborted(running, scanning.signal).catch((error: unknown) => error as Error);
      if (!(ended instanceof CancelledError)) return running;
      // Another one's wish was taken back, which ends it for nobody else.
      if (scanning.signal.aborted) throw ended;
    }
    const scan = this.#scan(details, engine, scanning).finally(() => this.#running.delete(details.id));
    this.#running.set(details.id, scan);
    return scan;
  }

  async #scan(details: ImageDetails, engine: Engine, { signal, onProgress }: Scanning): Promise<ScanReport> {
    const { book, folder, log } = this.#parts;
    const within = AbortSignal.any([signal, this.#parts.signal]);
    const [{ ScanError, scanImage }, { runProgram }, found] = await Promise.all([
      import('../../inspection/index.ts'),
      import('../../credentials/index.ts'),
      this.find(),
    ]);
    if (found.kind === 'missing') throw new ScanError('scanner-missing', found.why);
    await mkdir(folder, { recursive: true });
    await sweep(folder);
    const temporary = await mkdtemp(path.join(folder, 'scan-'));
    try {
      const subject = directSubject(details, engine) ?? (await archived(details, engine, temporary, within));
      log.info(`${found.scanner.name} (${found.path}) scans ${details.references[0] ?? details.id}`);
      const report = await scanImage(
        subject,
        {
          ...{ scanner: found.scanner.id, program: found.path, run: runProgram, clock: systemClock },
          ...{ env: programEnvironment(process.env), cwd: temporary, temporaryFolder: temporary },
          onProgress: (line) => {
            log.debug(`${found.scanner.name}: ${line}`);
            onProgress?.(line);
          },
        },
        within,
      );
      if (subject.kind === 'engine' && subject.image !== details.id) {
        const now = await engine.inspectImage(subject.image, within);
        if (now.id !== details.id)
          throw new ScanError(
            'scanner-failed',
            `${subject.image} became another image while it was scanned. Scan it again.`,
          );
      }
      await book.put(details.id, report, 'here');
      return report;
    } finally {
      await rm(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    }
  }
}

/**
 * The image at the engine itself, which the scanner asks by DOCKER_HOST. Undefined where a scanner may not be able to: over
 * SSH, and with certificates that are known here by their content alone.
 */
function directSubject({ id, references }: ImageDetails, { chosen }: Engine): ScanSubject | undefined {
  const { address, endpoint } = chosen;
  if (endpoint.kind === 'ssh' || (endpoint.kind === 'tcp' && endpoint.tls)) return undefined;
  // Every scanner knows names; the engine has just said that this one is the image's.
  return { kind: 'engine', image: references[0] ?? id, environment: { DOCKER_HOST: address } };
}

async function archived(
  details: ImageDetails,
  engine: Engine,
  folder: string,
  signal: AbortSignal,
): Promise<ScanSubject> {
  const file = path.join(folder, 'image.tar');
  await pipeline(Readable.from(engine.saveImage(details.id, signal)), createWriteStream(file, { mode: 0o600 }), {
    signal,
  });
  return { kind: 'archive', file };
}

async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names.filter((one) => one.startsWith('scan-'))) {
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > abandonedMs) await rm(file, { recursive: true, force: true }).catch(() => undefined);
  }
}
