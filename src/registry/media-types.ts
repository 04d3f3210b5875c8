// https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md
// https://distribution.github.io/distribution/spec/manifest-v2-2/#media-types
export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
export const ociIndex = 'application/vnd.oci.image.index.v1+json';
export const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';
export const dockerManifestList = 'application/vnd.docker.distribution.manifest.list.v2+json';

export const imageTypes: ReadonlySet<string> = new Set([ociManifest, dockerManifest]);
export const indexTypes: ReadonlySet<string> = new Set([ociIndex, dockerManifestList]);

/** All that are understood, as an Accept header: a registry may convert, or refuse, what is not named in it. */
export const acceptManifests = [...imageTypes, ...indexTypes].join(', ');

/** The media type of a Content-Type header, without its parameters. */
export function mediaTypeOf(contentType: string | undefined): string {
  return contentType?.split(';', 1)[0]?.trim() ?? '';
}
