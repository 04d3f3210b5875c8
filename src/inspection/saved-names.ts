import * as v from 'valibot';
import { InspectionError } from './errors.ts';
import { type ImageConfig, readImageConfig } from './image-config.ts';

/** One image of an archive, by the names of its parts there. */
export interface SavedNames {
  readonly config: ImageConfig;
  readonly layers: readonly string[];
}

const dockerManifest = v.array(v.object({ Config: v.string(), Layers: v.nullish(v.array(v.string()), []) }));
const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/u));
const descriptor = v.object({ digest });
const ociManifest = v.object({ config: descriptor, layers: v.array(descriptor) });
const ociIndex = v.object({ manifests: v.array(descriptor) });
/** An index within an index is common, deeper ones have no purpose. */
const deepest = 3;

/**
 * Finds the images of an archive: by manifest.json, which Docker and Podman write in every layout, or else by the index of
 * the OCI layout (https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md). What is no image, as the
 * attestations of a build, and what is not there, as another platform's part of an index, is passed over.
 *
 * @param document the parsed JSON under a name in the archive
 * @param has whether the archive has a layer of this name
 * @throws InspectionError `image-damaged` where there is none
 */
export function savedImages(document: (name: string) => unknown, has: (name: string) => boolean): SavedNames[] {
  const listed = v.safeParse(dockerManifest, document('manifest.json'));
  const found = listed.success
    ? listed.output.map(({ Config, Layers }) => ({ config: Config, layers: Layers }))
    : inIndex(document('index.json'), document, deepest);
  const byConfig = new Map(found.map((names) => [names.config, names]));
  const images = [...byConfig.values()].flatMap(({ config, layers: names }) => {
    const json = document(config);
    if (json === undefined || !names.every(has)) return [];
    // An attestation's configuration has layers that are no archives, so it never comes this far.
    return { config: readImageConfig(json), layers: names };
  });
  if (images.length === 0) throw new InspectionError('image-damaged', 'There is no whole image in the archive.');
  return images;
}

type Found = { readonly config: string; readonly layers: readonly string[] };

function inIndex(json: unknown, document: (name: string) => unknown, depth: number): Found[] {
  const image = v.safeParse(ociManifest, json);
  if (image.success) return [{ config: blobName(image.output.config), layers: image.output.layers.map(blobName) }];
  const index = v.safeParse(ociIndex, json);
  if (!index.success || depth === 0) return [];
  return index.output.manifests.flatMap((one) => inIndex(document(blobName(one)), document, depth - 1));
}

function blobName({ digest: text }: { readonly digest: string }): string {
  return `blobs/${text.replace(':', '/')}`;
}
