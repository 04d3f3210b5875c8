import { InvalidReferenceError, quoted } from './errors.ts';
import { formatRepository } from './format.ts';
import { checkPath, checkRegistry, checkTag, checkText, dockerHub, isHost } from './grammar.ts';
import { splitReference, withNamespace } from './parse.ts';
import type { Repository, TaggedReference } from './reference.ts';

/** Of `host/path`: many clients can pull no longer name (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests). */
const longestName = 255;

/** All names under which Docker Hub is known, and the one for references. */
const dockerHubHosts = new Set([dockerHub, 'index.docker.io', 'registry-1.docker.io']);

/**
 * Reads where to push. Nothing is filled in: the registry's host and the tag must be written, so that an image never
 * goes to Docker Hub, nor to `latest`, by accident. A host's upper case is folded, as host names have none.
 *
 * @throws InvalidReferenceError with the code `registry-missing`, `tag-missing` or `digest-refused`, and the form to
 *   write instead, or `reference-invalid`
 */
export function parseTarget(text: string): TaggedReference {
  const { name, tag, digest } = splitReference(text);
  if (tag !== undefined) checkTag(tag);
  const repository = parseRepositoryPart(name, tag === undefined ? '' : `:${tag}`);
  if (digest !== undefined) {
    const suggestion = tag === undefined ? undefined : `${formatRepository(repository)}:${tag}`;
    throw new InvalidReferenceError(
      `${quoted(text)} has a digest, and a push goes to a tag: the digest follows from what is pushed. ` +
        `Write ${suggestion === undefined ? `a tag instead, as in ${quoted(`${name}:1.0`)}` : quoted(suggestion)}.`,
      { code: 'digest-refused', suggestion },
    );
  }
  if (tag === undefined)
    throw new InvalidReferenceError(
      `${quoted(text)} has no tag, and “latest” is never filled in. Write one, as in ${quoted(`${text}:1.0`)}.`,
      { code: 'tag-missing' },
    );
  return { kind: 'tagged', repository, tag };
}

/**
 * Reads `host[:port]/path`, a repository to push to. The host must be written.
 *
 * @throws InvalidReferenceError
 */
export function parseRepository(text: string): Repository {
  checkText(text, 'repository', 'ghcr.io/acme/api');
  const rest = text.slice(text.indexOf('/') + 1);
  if (/[:@]/u.test(rest) && text.includes('/'))
    throw new InvalidReferenceError(
      `${quoted(text)} has a tag or a digest. Write the repository alone, as in ghcr.io/acme/api.`,
    );
  return parseRepositoryPart(text, '');
}

/**
 * Reads a registry as a user types it, `host[:port]`: lower-cased, every name of Docker Hub as `docker.io`.
 *
 * @throws InvalidReferenceError
 */
export function parseRegistry(text: string): string {
  checkText(text, 'registry', 'ghcr.io or registry.example.com:5000');
  if (text.includes('/'))
    throw new InvalidReferenceError(
      `The registry ${quoted(text)} has a path. Write the host alone: ${quoted(text.slice(0, text.indexOf('/')))}.`,
    );
  return readRegistry(text);
}

function readRegistry(text: string): string {
  const registry = text.toLowerCase();
  checkRegistry(registry);
  if (!isHost(registry))
    throw new InvalidReferenceError(
      `The registry ${quoted(text)} has neither a dot nor a port, so engines take it for a path on Docker Hub. ` +
        `Write its full name, or its port, as in ${quoted(`${registry}:443`)}.`,
    );
  return dockerHubHosts.has(registry) ? dockerHub : registry;
}

function parseRepositoryPart(name: string, ending: string): Repository {
  const slash = name.indexOf('/');
  if (slash === -1) throw withoutRegistry(name, ending);
  const first = name.slice(0, slash);
  const path = name.slice(slash + 1);
  // An upper-case letter makes a host for Docker; a person who writes “Acme/api” more likely means a path.
  if (!isHost(first.toLowerCase())) throw withoutRegistry(name, ending);
  const registry = readRegistry(first);
  checkPath(path);
  const full = registry === dockerHub ? withNamespace(path) : path;
  if (`${registry}/${full}`.length > longestName)
    throw new InvalidReferenceError(
      `The name ${quoted(name)} has ${`${registry}/${full}`.length} characters with its registry. ` +
        `Many clients can pull no name of more than ${longestName}: shorten it.`,
    );
  if (registry === dockerHub && full === 'library/sha256')
    throw new InvalidReferenceError(
      'A repository named “sha256” is refused: with a tag its name reads as a digest. Choose another name.',
    );
  return { registry, path: full };
}

function withoutRegistry(name: string, ending: string): InvalidReferenceError {
  if (isHost(name.toLowerCase()) && !name.includes('/'))
    return new InvalidReferenceError(
      `${quoted(name + ending)} names no repository at a registry. Write both, as in ghcr.io/acme/api:1.0.`,
      { code: 'registry-missing' },
    );
  checkPath(name);
  const written = `${quoted(name + ending)} does not say which registry.`;
  if (name.includes('/')) {
    const suggestion = `${dockerHub}/${name}${ending}`;
    return new InvalidReferenceError(
      `${written} Write ${quoted(suggestion)} for Docker Hub, or another registry's host in its place, as in ${quoted(`ghcr.io/${name}${ending}`)}.`,
      { code: 'registry-missing', suggestion },
    );
  }
  return new InvalidReferenceError(
    `${written} Write ${quoted(`${dockerHub}/NAMESPACE/${name}${ending}`)} for Docker Hub (the namespace is your name there, ` +
      `or your organisation's), or another registry's host, as in ${quoted(`ghcr.io/NAMESPACE/${name}${ending}`)}.`,
    { code: 'registry-missing' },
  );
}
