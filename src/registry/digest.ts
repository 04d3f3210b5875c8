import { createHash, type Hash } from 'node:crypto';
import { parseDigest } from '../reference/index.ts';
import * as headers from './headers.ts';
import type { Answer } from './wire.ts';

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms, and the one between them */
const algorithms = new Set(['sha256', 'sha384', 'sha512']);

/** The digest that the registry states; undefined if it states none that is one and that can be checked. */
export function headerDigest(answer: Answer): string | undefined {
  try {
    const digest = parseDigest(String(answer.headers[headers.dockerContentDigest]));
    return algorithms.has(algorithmOf(digest)) ? digest : undefined;
  } catch {
    return undefined;
  }
}

/** The digest of these bytes by the algorithm of another; by none that is not known, so that it equals no digest then. */
export function digestLike(other: string, bytes: Buffer): string {
  const algorithm = algorithmOf(other);
  return `${algorithm}:${algorithms.has(algorithm) ? createHash(algorithm).update(bytes).digest('hex') : ''}`;
}

/** What makes the digest of bytes as they come by the algorithm of another; undefined where that is not known. */
export function hashLike(other: string): Hash | undefined {
  const algorithm = algorithmOf(other);
  return algorithms.has(algorithm) ? createHash(algorithm) : undefined;
}

function algorithmOf(digest: string): string {
  return digest.slice(0, digest.indexOf(':'));
}
