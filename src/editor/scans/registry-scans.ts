import { plainText } from '../../base/index.ts';
import type { ScanReport } from '../../inspection/index.ts';
import type { TaggedReference } from '../../reference/index.ts';
import type { RegistryScan } from '../../registry/index.ts';
import type { RegistryDoor } from '../registry-door.ts';
import { remoteImage } from '../image-page/remote-image.ts';
import type { ScanBook } from './scan-book.ts';

/** A state in which a registry has no result. */
export type UnscannedState = Exclude<RegistryScan, { state: 'scanned' }>;

/** What a registry's own scan says of a tag. */
export type RegistryFinding =
  | { readonly kind: 'report'; readonly digest: string; readonly report: ScanReport }
  | { readonly kind: 'state'; readonly digest: string; readonly scan: UnscannedState };

/** Asks registries for their own scans, and keeps what they say. */
export class RegistryScans {
  readonly #door: Pick<RegistryDoor, 'open'>;
  readonly #book: ScanBook;

  constructor(door: Pick<RegistryDoor, 'open'>, book: ScanBook) {
    this.#door = door;
    this.#book = book;
  }

  /**
   * Of the image that the tag holds now; of several platforms of the one that is this machine's.
   *
   * @param known the digest that is wanted, where the tag may hold another by now
   * @throws RegistryError, CredentialsError, CancelledError, SidedError `tag-absent`
   */
  async of(reference: TaggedReference, known?: string, signal?: AbortSignal): Promise<RegistryFinding> {
    const { repository, tag } = reference;
    const { client, provider, scanResult } = await this.#door.open(repository, { answers: new Map() });
    const name = provider?.name ?? repository.registry;
    if (!scanResult) {
      const reason = `${name} does not tell of scans`;
      return { kind: 'state', digest: known ?? '', scan: { state: 'unsupported', reason } };
    }
    const digest = known ?? (await remoteImage(client, reference)).digest;
    const scan = await scanResult({ repository, digest, tag }, signal);
    if (scan.state !== 'scanned') return { kind: 'state', digest, scan };
    const { registryReport } = await import('../../inspection/index.ts');
    const report = registryReport(scan, name);
    await this.#book.put(digest, report);
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
      return sentence('There is no scan of the registry’s own', scan.reason);
  }
}

function sentence(what: string, reason: string | undefined): string {
  return reason === undefined ? `${what}.` : `${what}: ${plainText(reason, 300).replace(/\.$/u, '')}.`;
}
