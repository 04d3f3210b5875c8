import { SidedError } from '../../base/index.ts';
import { formatReference, type Reference } from '../../reference/index.ts';
import type { BlobOpener } from '../../inspection/index.ts';
import type { ImageManifest, RegistryClient } from '../../registry/index.ts';

/** What a name points at: the image for one platform, where it has several. */
export interface RemoteImage {
  /** Of what the name points at itself, which may be an index. */
  readonly targetDigest: string;
  readonly digest: string;
  readonly manifest: ImageManifest;
  readonly blobs: BlobOpener;
}

/**
 * Finds the image that a tag or a digest points at; of several platforms Linux on this machine's architecture, else the first.
 *
 * @throws RegistryError, CancelledError, SidedError `tag-absent`
 */
export async function remoteImage(
  client: Pick<RegistryClient, 'manifest' | 'openBlob'>,
  name: Reference,
  architecture: string = architectures[process.arch] ?? process.arch,
): Promise<RemoteImage> {
  const { repository } = name;
  const blobs: BlobOpener = { openBlob: (blob, signal) => client.openBlob(repository, blob, signal) };
  let reference = name;
  let targetDigest: string | undefined;
  // An index may list another one; deeper nobody has it.
  for (let depth = 0; depth < 3; depth++) {
    const found = await client.manifest(reference);
    if (!found) break;
    const { body, descriptor } = found;
    targetDigest ??= descriptor.digest;
    if (body.kind === 'image') return { targetDigest, digest: descriptor.digest, manifest: body, blobs };
    const fits = body.manifests.find(
      ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture,
    );
    const chosen = fits ?? body.manifests[0];
    if (!chosen) break;
    reference = { kind: 'digest', repository, digest: chosen.digest };
  }
  throw new SidedError('registry', 'tag-absent', `The registry has no image at ${formatReference(name)}.`);
}

/** Node's names that are not the specification's, which are Go's. */
const architectures: Readonly<Partial<Record<string, string>>> = { x64: 'amd64', ia32: '386' };
