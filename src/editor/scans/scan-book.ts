import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type Disposable,
  type Log,
  messageOf,
  severities,
  type Severity,
  type SeverityCounts,
} from '../../base/index.ts';
import type { ScanReport } from '../../inspection/index.ts';
import type { Vulnerability } from '../../registry/index.ts';

/** What is kept of a scan, so that rows can tell of it without reading the whole. */
export interface ScanSummary {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly scanner: string;
  /** Who scanned: the scanner of this machine, or the registry's own. */
  readonly by: ScannedBy;
  readonly counts: SeverityCounts;
}

export type ScannedBy = 'here' | 'registry';

/** So many scans are kept, the newest. */
const most = 200;
const digestForm = /^sha256:([0-9a-f]{64})$/u;
const lookFile = 'looked.json';
const summaryFile = /^([0-9a-f]{64})\.summary\.json$/u;

/**
 * What scans found, by image ID or by the digest of a manifest, for all windows: two files for each, written under a
 * temporary name and renamed. It is read from the disk, where anybody may have written, so it is checked as it is read.
 */
export class ScanBook {
  readonly #folder: string;
  readonly #log: Log;
  readonly #summaries = new Map<string, ScanSummary>();
  readonly #listeners = new Set<(digest: string) => void>();
  #loaded: Promise<void> | undefined;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Those that were loaded. */
  get known(): ReadonlyMap<string, ScanSummary> {
    return this.#summaries;
  }

  onChange(listener: (digest: string) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Reads all summaries, once in a window. Never rejects. */
  load(): Promise<void> {
    return (this.#loaded ??= this.#load());
  }

  /** Never rejects; reads the file anew, as another window may have scanned since. */
  async summary(digest: string): Promise<ScanSummary | undefined> {
    const hex = hexOf(digest);
    if (hex === undefined) return undefined;
    const summary = readSummary(await this.#read(`${hex}.summary.json`));
    if (summary) this.#summaries.set(digest, summary);
    // What could not be written is known all the same.
    return summary ?? this.#summaries.get(digest);
  }

  /** Never rejects. */
  async report(digest: string): Promise<ScanReport | undefined> {
    const hex = hexOf(digest);
    return hex === undefined ? undefined : readReport(await this.#read(`${hex}.report.json`));
  }

  /** Never rejects: no scan is spoiled by a full disk. */
  async put(digest: string, report: ScanReport, by: ScannedBy): Promise<void> {
    const hex = hexOf(digest);
    if (hex === undefined) return;
    const summary = { at: Date.now(), by, scanner: report.scanner, counts: report.counts };
    this.#summaries.set(digest, summary);
    await this.#keep(`${hex}.report.json`, report);
    await this.#keep(`${hex}.summary.json`, summary);
    await this.#forgetOldest().catch((error: unknown) => this.#log.debug(messageOf(error)));
    for (const listener of this.#listeners) listener(digest);
  }

  /** The vulnerabilities of an image that a person was told of. Never rejects. */
  async told(digest: string): Promise<ReadonlySet<string>> {
    const hex = hexOf(digest);
    const ids = hex === undefined ? undefined : await this.#read(`${hex}.told.json`);
    return new Set(Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []);
  }

  /** Never rejects. */
  async tell(digest: string, ids: ReadonlySet<string>): Promise<void> {
    const hex = hexOf(digest);
    if (hex !== undefined) await this.#keep(`${hex}.told.json`, [...ids]);
  }

  /** When what was pushed was last looked at again, by any window, in milliseconds since 1970. Never rejects. */
  async lookedAt(): Promise<number> {
    const at = await this.#read(lookFile);
    return typeof at === 'number' ? at : 0;
  }

  /** Never rejects. */
  async looked(): Promise<void> {
    await this.#keep(lookFile, Date.now());
  }

  async #keep(name: string, content: unknown): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true });
      await this.#write(name, content);
    } catch (error) {
      this.#log.warn(`what a scan found could not be kept: ${messageOf(error)}`);
    }
  }

  async #load(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    await Promise.all(
      names.map(async (name) => {
        const hex = summaryFile.exec(name)?.[1];
        if (hex !== undefined) await this.summary(`sha256:${hex}`);
      }),
    );
  }

  async #read(name: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(path.join(this.#folder, name), 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#log.debug(`what a scan found could not be read: ${messageOf(error)}`);
      return undefined;
    }
  }

  async #write(name: string, content: unknown): Promise<void> {
    const temporary = path.join(this.#folder, `${randomUUID()}.tmp`);
    await writeFile(temporary, JSON.stringify(content), { mode: 0o600 });
    await rename(temporary, path.join(this.#folder, name));
  }

  async #forgetOldest(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => summaryFile.test(name));
    if (names.length <= most) return;
    const aged = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(path.join(this.#folder, name))).mtimeMs })),
    );
    for (const { name } of aged.sort((a, b) => b.at - a.at).slice(most)) {
      for (const part of ['summary', 'report', 'told'])
        await rm(path.join(this.#folder, name.replace('.summary.', `.${part}.`)), { force: true });
    }
  }
}

function hexOf(digest: string): string | undefined {
  return digestForm.exec(digest)?.[1];
}

function readSummary(json: unknown): ScanSummary | undefined {
  const { at, by, scanner, counts } = (json ?? {}) as Record<string, unknown>;
  const read = readCounts(counts);
  if (typeof at !== 'number' || typeof scanner !== 'string' || !read) return undefined;
  if (by !== 'here' && by !== 'registry') return undefined;
  return { at, by, scanner, counts: read };
}

function readReport(json: unknown): ScanReport | undefined {
  const { scanner, version, vulnerabilities, counts } = (json ?? {}) as Record<string, unknown>;
  const read = readCounts(counts);
  if (typeof scanner !== 'string' || !read || !Array.isArray(vulnerabilities)) return undefined;
  return {
    scanner,
    ...(typeof version === 'string' && { version }),
    counts: read,
    vulnerabilities: (vulnerabilities as unknown[]).filter(isVulnerability),
  };
}

function readCounts(json: unknown): SeverityCounts | undefined {
  const counts = (json ?? {}) as Record<Severity, unknown>;
  return severities.every((severity) => Number.isSafeInteger(counts[severity]))
    ? (counts as SeverityCounts)
    : undefined;
}

function isVulnerability(json: unknown): json is Vulnerability {
  const one = (json ?? {}) as Record<string, unknown>;
  const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
  return (
    typeof one.id === 'string' &&
    typeof one.package === 'string' &&
    severities.includes(one.severity as Severity) &&
    [one.installed, one.fixed, one.title].every(isText) &&
    (one.link === undefined || (typeof one.link === 'string' && /^https?:\/\//u.test(one.link)))
  );
}
