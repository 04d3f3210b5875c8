import { SidedError } from '../base/index.ts';
import { dockerHub, officialNamespace } from './grammar.ts';
import { parseReference } from './parse.ts';
import type { Reference, Repository } from './reference.ts';

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
  return readsAs(short, canonical) ? short : canonical;
}

function ending(reference: Reference): string {
  if (reference.kind === 'tagged') return `:${reference.tag}`;
  return `${reference.tag === undefined ? '' : `:${reference.tag}`}@${reference.digest}`;
}

function readsAs(text: string, canonical: string): boolean {
  try {
    return formatReference(parseReference(text)) === canonical;
  } catch (error) {
    if (error instanceof SidedError) return false;
    throw error;
  }
}
