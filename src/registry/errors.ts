import { redactedUrl, SidedError } from '../base/index.ts';

/**
 * - `registry-unreachable`: no connection, a broken one, or no answer in time.
 * - `not-a-registry`: something answers, and it does not speak the distribution protocol.
 * - `plain-http`: HTTPS was asked, and the answer is plain HTTP.
 * - `certificate-untrusted`: the certificate is unknown, expired, or another host's.
 * - `certificate-file-invalid`: the file that is named to trust this registry's certificate cannot be used.
 * - `unauthorized`: a sign-in is needed, or the one given was not accepted.
 * - `denied`: signed in or not, this is not allowed.
 * - `rate-limited`: too many requests.
 * - `referral-refused`: the registry refers to a token server or an address to which nothing is sent.
 * - `manifest-invalid`: a manifest that cannot be read, or that does not match its digest.
 * - `config-invalid`: the same of an image's configuration.
 * - `blob-missing`: the registry lacks a blob of which a manifest of its speaks.
 * - `blob-invalid`: a blob that does not match its digest or its size.
 * - `repository-missing`: the registry has no such repository, and makes none by itself where one was to be written to.
 * - `listing-unsupported`: the registry does not list its repositories, or not to this user.
 * - `delete-unsupported`: the registry does not delete this: no tag by itself, or nothing at all.
 * - `digest-differs`: the registry holds something else than what it was given and accepted.
 * - `registry-error`: any other failure that the registry reports, or an answer that makes no sense.
 */
export type RegistryErrorCode =
  | 'registry-unreachable'
  | 'not-a-registry'
  | 'plain-http'
  | 'certificate-untrusted'
  | 'certificate-file-invalid'
  | 'unauthorized'
  | 'denied'
  | 'rate-limited'
  | 'referral-refused'
  | 'manifest-invalid'
  | 'config-invalid'
  | 'blob-missing'
  | 'blob-invalid'
  | 'repository-missing'
  | 'listing-unsupported'
  | 'delete-unsupported'
  | 'digest-differs'
  | 'registry-error';

/** One of the registry's own words on a failure; the code is empty where it gave none. Plain text, without secrets. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
}

export interface RegistryFacts {
  /** The registry as references name it, `docker.io`. */
  readonly host: string;
  readonly method?: string;
  readonly url?: URL;
  readonly status?: number;
  readonly diagnostics?: readonly Diagnostic[];
  /** Whether the same request may well succeed later. */
  readonly temporary?: boolean;
  /** How long the other side asks to wait before. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A registry, or the way to it, failed. Holds no secret: the URL has no query, the words are plain and redacted. */
export class RegistryError extends SidedError {
  override readonly name = 'RegistryError';
  declare readonly code: RegistryErrorCode;
  readonly host: string;
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly status: number | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly temporary: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: RegistryErrorCode, message: string, facts: RegistryFacts) {
    super('registry', code, message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.host = facts.host;
    this.method = facts.method;
    this.url = facts.url && redactedUrl(facts.url.href);
    this.status = facts.status;
    this.diagnostics = facts.diagnostics ?? [];
    this.temporary = facts.temporary ?? false;
    this.retryAfterMs = facts.retryAfterMs;
  }
}
