import * as v from 'valibot';
import { SidedError } from '../base/index.ts';
import { formatReference, parseReference, type Reference, referenceReader } from '../reference/index.ts';
import type { ImageStore } from './engine.ts';
import type { ImageDetails, ImagePlatform, LocalImage } from './image.ts';

const names = v.nullish(v.array(v.string()));
type NameList = v.InferOutput<typeof names>;
type ReadReference = (text: string) => Reference;

/** `GET /images/json`, as far as it is read. */
export const imageListSchema = v.array(
  v.object({
    Id: v.pipe(v.string(), v.minLength(1)),
    RepoTags: names,
    RepoDigests: names,
    Size: v.optional(v.number(), 0),
    Created: v.nullish(v.number()),
  }),
);
type ListedImage = v.InferOutput<typeof imageListSchema>[number];

/** `GET /images/{name}/json`, as far as it is read. */
export const imageSchema = v.object({
  Id: v.pipe(v.string(), v.minLength(1)),
  RepoTags: names,
  RepoDigests: names,
  Size: v.optional(v.number(), 0),
  Created: v.nullish(v.string()),
  Os: v.optional(v.string(), ''),
  Architecture: v.optional(v.string(), ''),
  Variant: v.optional(v.string(), ''),
  RootFS: v.nullish(v.object({ Layers: v.nullish(v.array(v.string())) })),
  Descriptor: v.nullish(v.object({ digest: v.string(), mediaType: v.optional(v.string(), '') })),
});
/** `GET /images/{name}/history`, as far as it is read: the newest first, instructions that made no layer among them. */
export const historySchema = v.array(
  v.object({ Size: v.optional(v.number(), 0), CreatedBy: v.fallback(v.string(), '') }),
);
/** https://github.com/opencontainers/image-spec/blob/main/media-types.md, and Docker's own */
const indexTypes = /^application\/vnd\.(?:oci\.image\.index\.v1|docker\.distribution\.manifest\.list\.v2)\+json$/u;
type InspectedImage = v.InferOutput<typeof imageSchema>;

export function localImages(list: readonly ListedImage[]): LocalImage[] {
  const read = referenceReader();
  return list.map((listed) => localImage(listed, read));
}

function localImage(listed: ListedImage, read: ReadReference): LocalImage {
  const references = taggedNames(listed.RepoTags, read);
  const digests = digestNames(listed.RepoDigests, read);
  return {
    id: fullId(listed.Id),
    references,
    digests,
    sizeBytes: listed.Size,
    createdAt: dateOf((listed.Created ?? 0) * 1000),
    dangling: references.length === 0 && digests.length === 0,
  };
}

/** @param store what the id means there: the containerd store's own is the target's digest */
export function imageDetails(image: InspectedImage, store: ImageStore): ImageDetails {
  const id = fullId(image.Id);
  const platform = platformOf(image);
  return {
    id,
    ...(store === 'containerd' && { targetDigest: image.Descriptor?.digest ?? id }),
    ...(store === 'containerd' && indexTypes.test(image.Descriptor?.mediaType ?? '') && { targetIsIndex: true }),
    ...((store === 'classic' || store === 'podman') && { configDigest: id }),
    references: taggedNames(image.RepoTags),
    digests: digestNames(image.RepoDigests),
    sizeBytes: image.Size,
    createdAt: dateOf(Date.parse(image.Created ?? '')),
    ...(platform && { platform }),
    layers: image.RootFS?.Layers ?? [],
  };
}

/** An instruction of no bytes may have made a layer or none: only where the others are as many as the layers is it known. */
export function layerSizes(history: v.InferOutput<typeof historySchema>, layers: number): number[] | undefined {
  const sizes = history.map(({ Size }) => Size).filter((size) => size > 0);
  return sizes.length === layers ? sizes.reverse() : undefined;
}

function platformOf({ Os, Architecture, Variant }: InspectedImage): ImagePlatform | undefined {
  if (Os === '' || Architecture === '') return undefined;
  return { os: Os, architecture: Architecture, ...(Variant !== '' && { variant: Variant }) };
}

/** Podman writes ids without their algorithm in some answers. */
export function fullId(id: string): string {
  return /^[0-9a-f]{64}$/u.test(id) ? `sha256:${id}` : id;
}

/** A name as a reference; undefined for `<none>:<none>` and whatever else is none. */
export function referenceOf(name: string, read: ReadReference = parseReference): Reference | undefined {
  try {
    return read(name);
  } catch (error) {
    if (error instanceof SidedError) return undefined;
    throw error;
  }
}

/** Those with a tag: the containerd store and Podman list `name@sha256:…` among them. */
function taggedNames(list: NameList, read?: ReadReference): string[] {
  return canonical(list, 'tagged', read);
}

function digestNames(list: NameList, read?: ReadReference): string[] {
  return canonical(list, 'digest', read);
}

function canonical(list: NameList, kind: Reference['kind'], read: ReadReference | undefined): string[] {
  const references = (list ?? [])
    .map((name) => referenceOf(name, read))
    .filter((reference) => reference?.kind === kind);
  return [...new Set(references.map((reference) => (reference ? formatReference(reference) : '')))];
}

/** Engines give 0 or the year 1 for a date that they do not have. */
function dateOf(milliseconds: number): Date | undefined {
  return milliseconds > 0 ? new Date(milliseconds) : undefined;
}
