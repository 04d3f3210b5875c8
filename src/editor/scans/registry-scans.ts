import { plainText } from '../../base/index.ts';
import type { AskHelpers } from '../../credentials/index.ts';
import type { ScanReport } from '../../inspection/index.ts';
import type { Reference } from '../../reference/index.ts';
import type { RegistryScan } from '../../registry/index.ts';
import type { RegistryDoor } from '../registry-door.ts';
import { remoteImage } from '../image-page/remote-image.ts';
import type { ScanBook } from './scan-book.ts';

/** A state in which a registry has no result. */
export type UnscannedState = Exclude<RegistryScan, { state: 'scanned' }>;

/** What a registry's own scan says of an image. */
export type RegistryFinding =
  | { readonly kind: 'report'; readonly digest: string; readonly report: ScanReport }
  | { readonly kind: 'state'; readonly scan: UnscannedState };

export interface ScanQuestion {
  readonly ask?: AskHelpers;
  readonly signal?: AbortSignal;
}

/** Asks registries for their own scans, and keeps what they say. */
export class RegistryScans {
  readonly #door: Pick<RegistryDoor, 'open'>;
  readonly #book: ScanBook;

  constructor(door: Pick<RegistryDoor, 'open'>, book: ScanBook) {
    this.#door = door;
    this.#book = book;
  }

  /**
   * Of the image that a tag holds now, or of the one with a digest; of several platforms of the one that is this machine's.
   *
   * @param name a tag, or a digest where the tag may hold another image by now
   * @param ask Docker's credential helpers are asked only with it
   * @throws RegistryError, CredentialsError, CancelledError, SidedError `tag-absent`
   */
  async of(name: Reference, { ask, signal }: ScanQuestion = {}): Promise<RegistryFinding> {
    const { repository } = name;
    const { client, provider, scanResult } = await this.#door.open(repository, ask);
    const owner = provider?.name ?? repository.registry;
    if (!scanResult) return { kind: 'state', scan: { state: 'unsupported', reason: `${owner} does not tell of any` } };
    const { digest, targetDigest } = await remoteImage(client, name);
    const scan = await scanResult({ repository, digest, tag: name.tag }, signal);
    if (scan.state !== 'scanned') return { kind: 'state', scan };
    const { registryReport } = await import('../../inspection/index.ts');
    const report = registryReport(scan, owner);
    // A row knows what its tag points at, and a page the image itself.
    for (const known of new Set([digest, targetDigest])) await this.#book.put(known, report, 'registry');
    return { kind: 'report', digest, report };
  }
}

/** Why there is no result, in a sentence. */
export function scanStateWords(scan: UnscannedState): string {
  switch (scan.state) {
    case 'pending':
      return 'The registry is scanning it, and has no result yet.';
    case 'not-scanned':
      return 'The registry has not scanned it.';
    case 'failed':
      return sentence('The registry could not scan it', scan.reason);
    case 'unsupported':
      return sentence('The registry has no scan of its own', scan.reason);
  }
}

function sentence(what: string, reason: string | undefined): string {
  return reason === undefined ? `${what}.` : `${what}: ${plainText(reason, 300).replace(/\.$/u, '')}.`;
}
