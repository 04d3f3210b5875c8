import { createHash } from 'node:crypto';
import { formatReference, parseDigest, type Reference } from '../reference/index.ts';
import { Connection, type RegistryOptions } from './connection.ts';
import { RegistryError } from './errors.ts';
import * as headers from './headers.ts';
import { type Descriptor, type Manifest, readManifest } from './manifest.ts';
import { acceptManifests, mediaTypeOf } from './media-types.ts';
import { isWebPage, type Session } from './session.ts';
import type { Answer, Transport } from './wire.ts';

export interface ManifestResolver {
  /**
   * The descriptor to which a tag or digest points; undefined when the registry says that there is none.
   *
   * @throws RegistryError, CancelledError
   */
  resolve(reference: Reference, signal?: AbortSignal): Promise<Descriptor | undefined>;
}

export interface ManifestReader {
  /**
   * The manifest to which a tag or digest points, its bytes checked against the digest; undefined when the registry says
   * that there is none.
   *
   * @throws RegistryError, CancelledError
   */
  manifest(
    reference: Reference,
    signal?: AbortSignal,
  ): Promise<{ readonly descriptor: Descriptor; readonly body: Manifest } | undefined>;
}

export interface Pinger {
  /**
   * Resolves if there is a registry, be it one that wants a sign-in first.
   *
   * @throws RegistryError, with the code `not-a-registry` if something else answers; CancelledError
   */
  ping(signal?: AbortSignal): Promise<void>;
}

export interface SignInAsker {
  /**
   * Whether the registry asks who is there before it does anything. Docker Hub and others let everybody read all the
   * same; a push wants a sign-in wherever this is true.
   *
   * @throws RegistryError, CancelledError
   */
  wantsSignIn(signal?: AbortSignal): Promise<boolean>;
}

export interface RegistryClient extends ManifestResolver, ManifestReader, Pinger, SignInAsker {
  /** Undefined as long as that of a registry on this machine is not known. */
  readonly transport: Transport | undefined;
}

const manifestLimit = 4 * 1024 * 1024;
/** https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms, and the one between them */
const algorithms = new Set(['sha256', 'sha384', 'sha512']);

/**
 * A client of the distribution protocol (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md).
 * Nothing is sent before the first call.
 *
 * @param registry as references name it, `docker.io` or `host[:port]`
 */
export function openRegistry(registry: string, options: RegistryOptions = {}): RegistryClient {
  return new Client(registry, options);
}

class Client implements RegistryClient {
  readonly #connection: Connection;

  constructor(host: string, options: RegistryOptions) {
    this.#connection = new Connection(host, options);
  }

  get transport(): Transport | undefined {
    return this.#connection.transport;
  }

  ping(signal?: AbortSignal): Promise<void> {
    return this.#connection.call(signal, async (signal) => {
      await this.#connection.greet(signal);
    });
  }

  wantsSignIn(signal?: AbortSignal): Promise<boolean> {
    return this.#connection.call(signal, async (signal) => {
      const { greeting } = await this.#connection.greet(signal);
      return greeting.kind !== 'open';
    });
  }

  resolve(reference: Reference, signal?: AbortSignal): Promise<Descriptor | undefined> {
    return this.#connection.call(signal, async (signal) => {
      const session = await this.#connection.open(signal);
      const answer = await this.#ask(session, 'HEAD', reference, signal);
      if (answer === undefined) return undefined;
      if (answer.status === 200) {
        if (isWebPage(answer)) throw session.fault(answer, 'not-a-registry');
        const descriptor = describedBy(answer, reference);
        if (descriptor) return descriptor;
      }
      return (await this.#fetch(session, reference, signal))?.descriptor;
    });
  }

  manifest(
    reference: Reference,
    signal?: AbortSignal,
  ): Promise<{ descriptor: Descriptor; body: Manifest } | undefined> {
    return this.#connection.call(signal, async (signal) => {
      const fetched = await this.#fetch(await this.#connection.open(signal), reference, signal);
      if (fetched === undefined) return undefined;
      const { answer, descriptor, json } = fetched;
      const read = readManifest(json, mediaTypeOf(answer.headers[headers.contentType]));
      if ('fault' in read) throw this.#invalid(answer, reference, read.fault);
      return { descriptor: { ...descriptor, mediaType: read.mediaType }, body: read.body };
    });
  }

  /** The answer with a status of 200, or to a HEAD that is not understood; undefined if the registry has none such. */
  async #ask(
    session: Session,
    method: 'GET' | 'HEAD',
    { repository, ...reference }: Reference,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    const name = reference.kind === 'digest' ? reference.digest : reference.tag;
    const path = `/v2/${repository.path}/manifests/${name}`;
    const scope = `repository:${repository.path}:pull`;
    const answer = await session.request(
      { method, path, scope, accept: acceptManifests, limit: manifestLimit },
      signal,
    );
    if (answer.status === 200 || (answer.status === 405 && method === 'HEAD')) return answer;
    if (answer.status !== 404) throw session.fault(answer);
    await session.confirmRegistry(signal);
    return undefined;
  }

  async #fetch(
    session: Session,
    reference: Reference,
    signal: AbortSignal,
  ): Promise<{ answer: Answer; descriptor: Descriptor; json: unknown } | undefined> {
    const answer = await this.#ask(session, 'GET', reference, signal);
    if (answer === undefined) return undefined;
    if (isWebPage(answer)) throw session.fault(answer, 'not-a-registry');
    if (!answer.complete) throw this.#invalid(answer, reference, 'it has more than 4 MiB');
    const stated = headerDigest(answer);
    const asked = reference.kind === 'digest' ? reference.digest : undefined;
    for (const expected of [asked, stated])
      if (expected !== undefined && digestLike(expected, answer.body) !== expected)
        throw this.#invalid(answer, reference, `its bytes do not have the digest ${expected}`);
    const digest = asked ?? stated ?? digestLike('sha256:', answer.body);
    const json = parsed(answer.body);
    if (json === undefined) throw session.fault(answer, 'not-a-registry');
    const mediaType = mediaTypeOf(answer.headers[headers.contentType]);
    return { answer, descriptor: { mediaType, digest, size: answer.body.length }, json };
  }

  #invalid({ method, url, status }: Answer, reference: Reference, fault: string): RegistryError {
    const message = `${this.#connection.host} sent a manifest for ${formatReference(reference)} that is not valid: ${fault}.`;
    return new RegistryError('manifest-invalid', message, { host: this.#connection.host, method, url, status });
  }
}

/** The descriptor that the headers of an answer to HEAD give; undefined if they say too little, or another digest. */
function describedBy(answer: Answer, reference: Reference): Descriptor | undefined {
  const digest = headerDigest(answer);
  const length = answer.headers[headers.contentLength];
  const mediaType = mediaTypeOf(answer.headers[headers.contentType]);
  if (digest === undefined || length === undefined || mediaType === '') return undefined;
  if (reference.kind === 'digest' && reference.digest !== digest) return undefined;
  return { mediaType, digest, size: Number(length) };
}

/** The digest that the registry states; undefined if it states none that is one and that can be checked. */
function headerDigest(answer: Answer): string | undefined {
  try {
    const digest = parseDigest(String(answer.headers[headers.dockerContentDigest]));
    return algorithms.has(algorithmOf(digest)) ? digest : undefined;
  } catch {
    return undefined;
  }
}

/** The digest of these bytes by the algorithm of another; by none that is not known, so that it equals no digest then. */
function digestLike(other: string, bytes: Buffer): string {
  const algorithm = algorithmOf(other);
  return `${algorithm}:${algorithms.has(algorithm) ? createHash(algorithm).update(bytes).digest('hex') : ''}`;
}

function algorithmOf(digest: string): string {
  return digest.slice(0, digest.indexOf(':'));
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
