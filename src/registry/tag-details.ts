import { CancelledError } from '../base/index.ts';
import type { DigestReference } from '../reference/index.ts';
import type { ConfigReader } from './config-request.ts';
import type { ImageConfig } from './image-config.ts';
import type { ImageIndex, ImageManifest, Platform } from './manifest.ts';
import type { ManifestReader } from './manifest-request.ts';

/** What a manifest and its configuration tell of an image. */
export interface TagDetails {
  /** Of the manifest or index itself. */
  readonly digest: string;
  /** Of the configuration, which is the image's ID at many engines; absent for an index. */
  readonly configDigest?: string;
  /** Compressed, as it is stored; absent for an index, whose platforms have one each. */
  readonly sizeBytes?: number;
  /** When it was made; of an index, when its first image was. */
  readonly createdAt?: Date;
  readonly platforms: readonly Platform[];
}

/**
 * Reads what the list of tags did not tell: two requests for an image, three for an index. Undefined when the registry
 * says that there is none. A configuration that cannot be read takes its facts away and not the rest.
 *
 * @throws RegistryError, CancelledError
 */
export async function readTagDetails(
  registry: ManifestReader & ConfigReader,
  reference: DigestReference,
  signal?: AbortSignal,
): Promise<TagDetails | undefined> {
  const read = await registry.manifest(reference, signal);
  if (read === undefined) return undefined;
  const { body } = read;
  const { digest } = reference;
  if (body.kind === 'index') return { digest, ...(await ofIndex(registry, reference, body, signal)) };
  const config = await configOf(registry, reference, body, signal);
  const { platform } = config ?? {};
  return {
    digest,
    configDigest: body.configDigest,
    sizeBytes: body.layers.reduce((sum, { size }) => sum + size, 0),
    ...(config?.created && { createdAt: config.created }),
    platforms: platform ? [platform] : [],
  };
}

async function ofIndex(
  registry: ManifestReader & ConfigReader,
  { repository }: DigestReference,
  { manifests }: ImageIndex,
  signal: AbortSignal | undefined,
): Promise<Pick<TagDetails, 'platforms' | 'createdAt'>> {
  // What BuildKit attests of the images stands beside them, for a platform called unknown.
  const images = manifests.filter(({ platform }) => platform && platform.os !== 'unknown');
  const platforms = images.flatMap(({ platform }) => platform ?? []);
  const [first] = images;
  if (!first) return { platforms };
  const createdAt = await orNothing(async () => {
    const reference = { kind: 'digest', repository, digest: first.digest } as const;
    const read = await registry.manifest(reference, signal);
    if (read?.body.kind !== 'image') return undefined;
    return (await registry.config(repository, read.body.configDigest, signal))?.created;
  });
  return { platforms, ...(createdAt && { createdAt }) };
}

function configOf(
  registry: ConfigReader,
  { repository }: DigestReference,
  { configDigest }: ImageManifest,
  signal: AbortSignal | undefined,
): Promise<ImageConfig | undefined> {
  return orNothing(() => registry.config(repository, configDigest, signal));
}

async function orNothing<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return undefined;
  }
}
