import { InvalidReferenceError, quoted } from './errors.ts';
import {
  checkDigest,
  checkPath,
  checkRegistry,
  checkTag,
  checkText,
  dockerHub,
  isHost,
  isId,
  isTag,
  officialNamespace,
} from './grammar.ts';
import type { Reference, Repository } from './reference.ts';

const example = 'ghcr.io/acme/api:1.2';

/**
 * Reads a reference as Docker does, with the defaults written out: `nginx` is `docker.io/library/nginx:latest`
 * (https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed). The host keeps its letters' case, since
 * engines do and know an image by that name.
 *
 * @throws InvalidReferenceError
 */
export function parseReference(text: string): Reference {
  const { name, tag, digest } = splitReference(text);
  const repository = readRepository(name);
  if (tag !== undefined) checkTag(tag);
  if (digest === undefined) return { kind: 'tagged', repository, tag: tag ?? 'latest' };
  checkDigest(digest);
  return { kind: 'digest', repository, ...(tag === undefined ? {} : { tag }), digest };
}

/**
 * Reads references as {@link parseReference} does, for long lists: a repository that comes with many tags is judged once.
 */
export function referenceReader(): (text: string) => Reference {
  const known = new Map<string, Repository>();
  return (text) => {
    // What has another colon or a digest has no known name before its last colon, or no tag behind it.
    const colon = text.lastIndexOf(':');
    const repository = known.get(text.slice(0, colon));
    const tag = text.slice(colon + 1);
    if (repository && isTag(tag)) return { kind: 'tagged', repository, tag };
    const reference = parseReference(text);
    const { name } = splitReference(text);
    // `sha256:` with a digest's digits behind it is no tag.
    if (colon !== -1 && name !== 'sha256') known.set(name, reference.repository);
    return reference;
  };
}

/** @throws InvalidReferenceError */
export function parseTag(text: string): string {
  checkTag(text);
  return text;
}

/**
 * Reads `algorithm:hex`: exact for sha256, sha384 and sha512, at least 128 bits for others.
 *
 * @throws InvalidReferenceError
 */
export function parseDigest(text: string): string {
  checkDigest(text);
  return text;
}

/** The text cut into its parts, which are not checked yet; refuses what is no reference at all. */
export function splitReference(text: string): { name: string; tag: string | undefined; digest: string | undefined } {
  checkText(text, 'reference', example);
  if (isId(text))
    throw new InvalidReferenceError(
      `${quoted(text)} is an image's ID or a digest without a name. Write the name, as in ${example}.`,
    );
  const at = text.indexOf('@');
  const named = at === -1 ? text : text.slice(0, at);
  // A colon in the first of several parts belongs to a host's port; without a slash it starts a tag.
  const colon = named.indexOf(':', named.indexOf('/') + 1);
  return {
    name: colon === -1 ? named : named.slice(0, colon),
    tag: colon === -1 ? undefined : named.slice(colon + 1),
    digest: at === -1 ? undefined : text.slice(at + 1),
  };
}

function readRepository(name: string): Repository {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  if (slash === -1 || !isHost(first)) {
    checkPath(name);
    return { registry: dockerHub, path: withNamespace(name) };
  }
  const path = name.slice(slash + 1);
  checkRegistry(first);
  checkPath(path);
  const registry = first === 'index.docker.io' ? dockerHub : first;
  return { registry, path: registry === dockerHub ? withNamespace(path) : path };
}

/** Docker Hub's namespace for a path of one part. */
export function withNamespace(path: string): string {
  const full = path.includes('/') ? path : officialNamespace + path;
  checkPath(full);
  return full;
}
