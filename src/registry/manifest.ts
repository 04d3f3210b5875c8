import * as v from 'valibot';
import { parseDigest } from '../reference/index.ts';
import { imageTypes, indexTypes, ociIndex, ociManifest } from './media-types.ts';

/** What content is, which exactly, and how long in bytes (https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export type Manifest = ImageManifest | ImageIndex;

/** One image (https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md). */
export interface ImageManifest {
  readonly kind: 'image';
  readonly configDigest: string;
  readonly layers: readonly Descriptor[];
}

/** Images for several platforms (https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md). */
export interface ImageIndex {
  readonly kind: 'index';
  readonly manifests: readonly (Descriptor & { readonly platform?: Platform })[];
}

/** The members of a descriptor. */
export const descriptor = {
  mediaType: v.string(),
  digest: v.pipe(v.string(), v.check(isDigest, 'not a digest')),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
};
/** As it stands in an index and in a configuration. */
export const platform = v.object({ os: v.string(), architecture: v.string(), variant: v.exactOptional(v.string()) });
/** A list that Go writes as null when it is empty. */
export const list = <T extends v.GenericSchema>(item: T) =>
  v.pipe(
    v.nullable(v.array(item)),
    v.transform((items) => items ?? []),
  );
const imageBody = v.object({ config: v.object(descriptor), layers: list(v.object(descriptor)) });
const indexBody = v.object({ manifests: list(v.object({ ...descriptor, platform: v.exactOptional(platform) })) });
const outline = v.object({
  mediaType: v.exactOptional(v.string()),
  config: v.exactOptional(v.unknown()),
  layers: v.exactOptional(v.unknown()),
  manifests: v.exactOptional(v.unknown()),
});

export type ReadManifest =
  | { readonly mediaType: string; readonly body: Manifest }
  /** Why it cannot be read. */
  | { readonly fault: string };

/**
 * Reads a manifest of the four media types. The one in the body counts, or else the one that the answer's Content-Type
 * gave, or the body's shape; where two of these contradict each other it is refused, as another reader could take it
 * for another image.
 */
export function readManifest(json: unknown, contentType: string): ReadManifest {
  const result = v.safeParse(outline, json);
  if (!result.success) return { fault: 'it is not an object' };
  const { mediaType: stated, config, layers, manifests } = result.output;
  const isIndex = manifests !== undefined;
  if (isIndex && (config !== undefined || layers !== undefined)) return { fault: 'it is both an image and an index' };
  const known = (type: string): boolean => imageTypes.has(type) || indexTypes.has(type);
  if (stated !== undefined && known(contentType) && stated !== contentType)
    return { fault: 'its media type is not the one with which it was sent' };
  const mediaType = stated ?? (known(contentType) ? contentType : isIndex ? ociIndex : ociManifest);
  if (!known(mediaType)) return { fault: 'it is of a kind that is not supported' };
  if (indexTypes.has(mediaType)) {
    const index = v.safeParse(indexBody, json);
    if (!index.success) return { fault: issueOf(index.issues) };
    return { mediaType, body: { kind: 'index', manifests: index.output.manifests } };
  }
  const image = v.safeParse(imageBody, json);
  if (!image.success) return { fault: issueOf(image.issues) };
  const { config: configuration, layers: list } = image.output;
  return { mediaType, body: { kind: 'image', configDigest: configuration.digest, layers: list } };
}

/** The place of the first fault, never its content. */
function issueOf([issue]: [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  return `its ${v.getDotPath(issue) ?? 'body'} is not what it should be`;
}

export function isDigest(text: string): boolean {
  try {
    parseDigest(text);
    return true;
  } catch {
    return false;
  }
}
