import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { lstat, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack as packer } from 'tar-stream';
import type { ImageManifest } from '../../src/registry/index.ts';
import { debian12Root } from '../support/debian.ts';

/** An image as a registry has it: its blobs are files, by their digests. */
export interface BigImage {
  readonly manifest: ImageManifest;
  readonly folder: string;
  readonly files: number;
  /** Of its layers, before compression. */
  readonly bytes: number;
}

const layerCount = 5;

interface MadeLayer {
  readonly digest: string;
  readonly diffId: string;
  readonly size: number;
  readonly files: number;
  readonly bytes: number;
}

/** Makes one of real files, those of Debian's packages: each layer has all of them, and each of its own. */
export async function makeBigImage(folder: string): Promise<BigImage> {
  const root = await debian12Root();
  const made = await Promise.all(Array.from({ length: layerCount }, (_, index) => makeLayer(root, folder, index)));
  const config = Buffer.from(
    JSON.stringify({
      ...{ os: 'linux', architecture: 'amd64', config: { User: 'app' } },
      rootfs: { type: 'layers', diff_ids: made.map(({ diffId }) => diffId) },
      history: made.map((_, index) => ({ created_by: `COPY root${index} / # buildkit` })),
    }),
  );
  const configDigest = `sha256:${createHash('sha256').update(config).digest('hex')}`;
  await writeFile(path.join(folder, configDigest.slice(7)), config);
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  const layers = made.map(({ digest, size }) => ({ mediaType, digest, size }));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    ...{ manifest: { kind: 'image', configDigest, layers }, folder },
    files: sum(made.map(({ files }) => files)),
    bytes: sum(made.map(({ bytes }) => bytes)),
  };
}

async function makeLayer(root: string, folder: string, index: number): Promise<MadeLayer> {
  const pack = packer();
  const [diff, packed] = [createHash('sha256'), createHash('sha256')];
  const unpackedBytes = { count: 0 };
  const seen = new PassThrough();
  seen.on('data', (chunk: Buffer) => {
    unpackedBytes.count += chunk.length;
    diff.update(chunk);
  });
  const written = path.join(folder, `layer${index}`);
  const gzip = createGzip({ level: 1 });
  gzip.on('data', (chunk: Buffer) => packed.update(chunk));
  const writing = pipeline(pack, seen, gzip, createWriteStream(written));
  let files = 0;
  for (const name of (await readdir(root, { recursive: true })).sort()) {
    const file = path.join(root, name);
    if (!(await lstat(file)).isFile()) continue;
    const content = await readFile(file);
    // Another content in each layer, so that no layer is another's duplicate.
    content.write(`layer ${index} of them`);
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error | null): void => (error ? reject(error) : resolve());
      pack.entry({ name, size: content.length, mode: 0o644 }, done).end(content);
    });
    files++;
  }
  pack.finalize();
  await writing;
  const digest = packed.digest('hex');
  const { size } = await stat(written);
  await rename(written, path.join(folder, digest));
  const diffId = `sha256:${diff.digest('hex')}`;
  return { digest: `sha256:${digest}`, diffId, size, files, bytes: unpackedBytes.count };
}
