import type { RequestOptions } from 'node:https';
import { createSecureContext, type SecureContext } from 'node:tls';
import { knownAuthorities } from './authorities.ts';

/**
 * Certificates in PEM that are trusted besides the known authorities, or what finds them before each connection: it gives
 * undefined where there are none, and fails with a message for the user where those that were named cannot be had.
 */
export type NamedAuthority = string | (() => Promise<string | undefined>);

/** Whom the connections to a registry trust, where that is more than what this machine trusts anyway. */
export class Trust {
  readonly #named: NamedAuthority | undefined;
  #read: { readonly pem: string; readonly options: { ca: string[]; secureContext: SecureContext } } | undefined;

  constructor(named: NamedAuthority | undefined) {
    this.#named = named;
  }

  /**
   * The part of a request's options. The authorities are read into a context once: with some hundred of them that takes
   * longer than a request. The list is given, too, as Node keeps TLS sessions by it and not by the context.
   *
   * @throws what the finder throws
   */
  async options(): Promise<RequestOptions> {
    const pem = typeof this.#named === 'function' ? await this.#named() : this.#named;
    if (pem === undefined) return {};
    if (this.#read?.pem !== pem) {
      // First, as of two authorities of one name OpenSSL takes the first: a certificate may have been made anew.
      const ca = [pem, ...knownAuthorities()];
      this.#read = { pem, options: { ca, secureContext: createSecureContext({ ca }) } };
    }
    return this.#read.options;
  }
}
