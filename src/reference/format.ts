import { dockerHub, isHost, isId, officialNamespace } from './grammar.ts';
import type { Reference, Repository, TaggedReference } from './reference.ts';

/** `registry/path`, canonical. */
export function formatRepository({ registry, path }: Repository): string {
  return `${registry}/${path}`;
}

/** The canonical form, `registry/path[:tag][@digest]`: parsed again, it gives the same reference. */
export function formatReference(reference: Reference): string {
  return formatRepository(reference.repository) + ending(reference);
}

/**
 * As the Docker CLI prints it, Docker Hub's defaults left out: `nginx:latest`. Where the short form would be read as
 * something else (`docker.io/localhost/api`), the canonical one.
 */
export function familiarReference(reference: Reference): string {
  const { registry, path } = reference.repository;
  const canonical = formatReference(reference);
  if (registry !== dockerHub) return canonical;
  const inside = path.startsWith(officialNamespace) ? path.slice(officialNamespace.length) : path;
  const short = (inside.includes('/') ? path : inside) + ending(reference);
  const first = short.slice(0, Math.max(0, short.indexOf('/')));
  return isHost(first) || isId(short) ? canonical : short;
}

/** The repository's part of {@link familiarReference}: `nginx`, `acme/web`, `ghcr.io/acme/api`. */
export function familiarName(repository: Repository): string {
  return familiarReference({ kind: 'tagged', repository, tag: 'x' }).slice(0, -':x'.length);
}

/**
 * Takes apart what {@link formatReference} made of a tagged reference. It was judged then and is not judged again: lists
 * have ten thousand of them.
 */
export function readCanonical(canonical: string): TaggedReference {
  const slash = canonical.indexOf('/');
  const colon = canonical.lastIndexOf(':');
  const repository = { registry: canonical.slice(0, slash), path: canonical.slice(slash + 1, colon) };
  return { kind: 'tagged', repository, tag: canonical.slice(colon + 1) };
}

function ending(reference: Reference): string {
  if (reference.kind === 'tagged') return `:${reference.tag}`;
  return `${reference.tag === undefined ? '' : `:${reference.tag}`}@${reference.digest}`;
}
