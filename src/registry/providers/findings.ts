import * as v from 'valibot';
import { noneCounted, plainText, type Severity, type SeverityCounts } from '../../base/index.ts';
import { RegistryError } from '../errors.ts';
import type { Vulnerability } from '../vulnerability.ts';

/** Bytes of a report that are read at most: it has a description and many links for each of some thousand findings. */
export const reportLimit = 32 * 1024 * 1024;
/** How many findings are kept; all are counted. */
export const mostListed = 10_000;
/** How many are counted: more are no report of one image. */
const mostRead = 100_000;

/** Text that an API may leave out, or give as null. */
export const text = v.nullish(v.string());

/** An object whose keys are the registry's: a list has keys too, and is none. */
export const keyed = v.custom<Readonly<Record<string, unknown>>>(
  (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
);

/** A finding as a registry tells it: text as it came, the severity in the registry's own word. */
export interface Finding {
  readonly id: string | null | undefined;
  readonly package: string | null | undefined;
  readonly installed?: string | null | undefined;
  /** Empty like absent: no fix is known. */
  readonly fixed?: string | null | undefined;
  readonly severity: string | null | undefined;
  readonly title?: string | null | undefined;
  /** The first that is a web page's is taken. */
  readonly links?: readonly string[] | null | undefined;
}

/** In small letters. `Defcon1` is Quay's word for what is worse than critical. */
const words = new Map<string, Severity>([
  ['defcon1', 'critical'],
  ['critical', 'critical'],
  ['high', 'high'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['negligible', 'negligible'],
  // Of Google: https://github.com/googleapis/googleapis/blob/master/grafeas/v1/severity.proto
  ['minimal', 'negligible'],
  // Of Amazon: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFinding.html
  ['informational', 'negligible'],
  // Of Harbor, which writes so what CVSS 3 has no word for: https://github.com/goharbor/harbor/blob/main/src/pkg/scan/vuln/severity.go
  ['none', 'negligible'],
]);

/** What a registry's word for a severity means; `unknown` for one that is not known. */
export function severityOf(word: string | null | undefined): Severity {
  return words.get(word?.toLowerCase() ?? '') ?? 'unknown';
}

/** Counts by the registry's own words; those that mean the same are added up. */
export function countsOf(told: Readonly<Record<string, number>>): SeverityCounts {
  const counts = noneCounted();
  for (const [word, count] of Object.entries(told)) counts[severityOf(word)] += count;
  return counts;
}

/** How many there are of each, by the registry's own words. */
export const toldCounts = v.pipe(
  keyed,
  v.record(v.string(), v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1_000_000_000))),
);

/** The findings of one image: all of them counted, the first ones kept, as plain text. */
export class Findings {
  readonly #host: string;
  readonly #counts = noneCounted();
  readonly #listed: Vulnerability[] = [];
  #read = 0;

  constructor(host: string) {
    this.#host = host;
  }

  /** One without a name is counted and not kept. @throws RegistryError for more than one image can have */
  add({ id, severity: word, ...finding }: Finding): void {
    this.#read += 1;
    if (this.#read > mostRead) throw this.tooMany();
    const severity = severityOf(word);
    this.#counts[severity] += 1;
    const name = plain(id, 100);
    if (name === undefined || this.#listed.length === mostListed) return;
    const [installed, fixed] = [plain(finding.installed, 200), plain(finding.fixed, 200)];
    const [title, link] = [plain(finding.title, 300), linkOf(finding.links ?? [])];
    this.#listed.push({
      id: name,
      package: plain(finding.package, 200) ?? '',
      severity,
      ...(installed !== undefined && { installed }),
      ...(fixed !== undefined && { fixed }),
      ...(title !== undefined && { title }),
      ...(link !== undefined && { link }),
    });
  }

  tooMany(): RegistryError {
    const message = `${this.#host} lists more vulnerabilities of this image than are read.`;
    return new RegistryError('registry-error', message, { host: this.#host });
  }

  get isEmpty(): boolean {
    return this.#read === 0;
  }

  get counts(): SeverityCounts {
    return this.#counts;
  }

  get vulnerabilities(): readonly Vulnerability[] {
    return this.#listed;
  }
}

/** A registry's words, to be shown; undefined for none. */
export function plain(words: string | null | undefined, limit = 300): string | undefined {
  return plainText(words ?? '', limit) || undefined;
}

/** @throws RegistryError for a state of a scan that is not documented: what it means is not guessed */
export function unknownState(word: string | null | undefined, host: string): RegistryError {
  const message = `${host} says of the scan what is not known here: “${plain(word, 50) ?? 'nothing'}”.`;
  return new RegistryError('registry-error', message, { host });
}

/** The first that a browser may be sent to. */
function linkOf(links: readonly string[]): string | undefined {
  for (const link of links.slice(0, 20)) {
    if (link.length > 2_000 || !URL.canParse(link)) continue;
    const { protocol, username, password, href } = new URL(link);
    if ((protocol === 'https:' || protocol === 'http:') && username === '' && password === '') return href;
  }
  return undefined;
}
