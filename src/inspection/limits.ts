const MiB = 1024 * 1024;

/**
 * How far an image is read. Each keeps a hostile archive from taking time or memory without end, and lies far above
 * what ordinary images hold: the largest of the official ones have some 100,000 files a layer.
 */
export const limits = {
  /** A layer's entries. A million take some 20 seconds to read, and 21 MB to keep. */
  entries: 1_000_000,
  /** Of one path: Linux takes no longer one (PATH_MAX). */
  pathBytes: 4096,
  /** Of all the paths of a layer together. */
  layerPathBytes: 96 * MiB,
  /** Of all the listings of an image, compact as they are kept: they are looked at together. */
  listingBytes: 96 * MiB,
  /** Docker's own stores take 127 layers; images in registries have been seen with a few more. */
  layers: 512,
  /** A layer may unpack to so many bytes whatever its compression… */
  freeBytes: 1024 * MiB,
  /** …and from there on to so many times its packed bytes. Programs and texts reach 10, a file of zeros reaches 1,000. */
  packingRatio: 200,
  /** Of a file whose content is handed on: keys, settings and tokens are small. */
  contentBytes: MiB,
  /**
   * Of a layer's texts with signs of a secret: the rules are not run over more. Ordinary layers have some megabytes. A text
   * that is made to harm takes them a second or two for a megabyte.
   */
  signedBytes: 64 * MiB,
  /** Of an image's manifest, index or configuration, as the registry client has it, too. */
  documentBytes: 8 * MiB,
  /** Of the entries of an engine's archive: a few for each layer. */
  archiveEntries: 10_000,
} as const;
