import { createHash } from 'node:crypto';
import { archive, gzip, type Part } from './archives.ts';

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** A layer by the instruction that made it and what is in it. */
export type Layer = readonly [instruction: string, ...parts: readonly Part[]];

export interface MadeImage {
  readonly config: Buffer;
  readonly layers: readonly Buffer[];
  readonly diffIds: readonly string[];
}

export async function makeImage(layers: readonly Layer[], run: object = {}, more: object = {}): Promise<MadeImage> {
  const tars = await Promise.all(layers.map(([, ...parts]) => archive(...parts)));
  const diffIds = tars.map(digestOf);
  const history = layers.flatMap(([instruction], index) => [
    { created_by: instruction },
    ...(index === 0 ? [{ created_by: 'CMD ["sh"]', empty_layer: true }] : []),
  ]);
  const platform = { os: 'linux', architecture: 'amd64', ...more };
  return { config: json({ ...platform, config: run, rootfs: { diff_ids: diffIds }, history }), layers: tars, diffIds };
}

/** As Docker up to 24 saves it. */
export function classicArchive({ config, layers }: MadeImage, name = 'acme/api:1'): Promise<Buffer> {
  const names: string[] = [];
  const seen = new Map<string, string>();
  const parts = layers.flatMap((bytes, index): Part[] => {
    const folder = `v1-${layers.length - index}`;
    names.push(`${folder}/layer.tar`);
    const digest = digestOf(bytes);
    const first = seen.get(digest);
    seen.set(digest, folder);
    const head: Part[] = [[`${folder}/`], [`${folder}/VERSION`, '1.0'], [`${folder}/json`, json({ id: folder })]];
    if (first === undefined) return [...head, [`${folder}/layer.tar`, bytes]];
    return [...head, [`${folder}/layer.tar`, { type: 'symlink', linkname: `../${first}/layer.tar` }]];
  });
  const manifest = json([{ Config: 'abc.json', RepoTags: [name], Layers: names }]);
  return archive(...parts.toReversed(), ['abc.json', config], ['manifest.json', manifest], ['repositories', json({})]);
}

/** As containerd's store saves it: packed blobs by their digests, the order of names, an index with an attestation. */
export async function ociArchive(
  images: readonly MadeImage[],
  { withManifest = true }: { withManifest?: boolean } = {},
): Promise<Buffer> {
  const blobs = new Map<string, Buffer>();
  const put = (bytes: Buffer): { digest: string; size: number; mediaType: string } => {
    blobs.set(`blobs/${digestOf(bytes).replace(':', '/')}`, bytes);
    return { digest: digestOf(bytes), size: bytes.length, mediaType: 'application/octet-stream' };
  };
  const manifests = images.map(({ config, layers }) => ({
    config: put(config),
    layers: layers.map((bytes) => put(gzip(bytes))),
  }));
  const attestation = {
    config: put(json({ os: 'unknown', architecture: 'unknown', rootfs: { diff_ids: [digestOf(Buffer.from('x'))] } })),
    layers: [put(json({ _type: 'https://in-toto.io/Statement/v0.1' }))],
  };
  const index = { manifests: [...manifests, attestation].map((manifest) => put(json(manifest))) };
  const name = ({ digest }: { digest: string }): string => `blobs/${digest.replace(':', '/')}`;
  const listed = manifests.map(({ config, layers }) => ({ Config: name(config), Layers: layers.map(name) }));
  const outer = json({ manifests: [put(json(index))] });
  return archive(
    ['blobs/'],
    ['blobs/sha256/'],
    ...[...blobs].sort(([a], [b]) => (a < b ? -1 : 1)),
    ['index.json', outer],
    ...(withManifest ? [['manifest.json', json(listed)] as const] : []),
    ['oci-layout', json({ imageLayoutVersion: '1.0.0' })],
  );
}
