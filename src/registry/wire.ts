// VS Code puts its proxy and its certificates into the functions of these two modules. So they are called through the
// module's object, and without an agent of their own, which would keep the proxy out.
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { type Clock, type Log, messageOf, redactedUrl } from '../base/index.ts';
import { connectionError, named } from './connection-errors.ts';
import { RegistryError } from './errors.ts';
import * as headers from './headers.ts';
import { realmLookup } from './realm-lookup.ts';
import { privateAddress, protocolFault } from './referral.ts';
import { type NamedAuthority, Trust } from './trust.ts';

/** How a registry is spoken to; `https-unverified` accepts any certificate. */
export type Transport = 'https' | 'https-unverified' | 'http';

/** Where to connect for a host and its port, instead of where they lead; undefined for where they lead. */
export type Route = (host: string) => { readonly address: string; readonly port: number } | undefined;

export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';

export interface Exchange {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** The address is a token server's that a registry named: see {@link realmLookup}. */
  readonly referred?: boolean;
  /** Bytes of a good answer's body that are read at most; of any other's, 64 KiB. `stream`: of status 200 none is. */
  readonly limit: number | 'stream';
}

export interface Answer {
  readonly method: string;
  /** That answered: after redirects, another than was asked. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** False if the body is longer than what was read of it. */
  readonly complete: boolean;
  /** The body where it was to be left to be read. Whoever has it ends the connection. */
  readonly content?: IncomingMessage;
}

export interface WireOptions {
  /** The registry as references name it. */
  readonly host: string;
  /** Its address. */
  readonly base: URL;
  readonly transport: Transport;
  readonly ca: NamedAuthority | undefined;
  readonly lookup: LookupFunction | undefined;
  readonly route: Route | undefined;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Log | undefined;
}

const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 5;
const errorLimit = 64 * 1024;

/** Sends requests: one at a time, each on a connection of its own, each a line in the log without query or headers. */
export class Wire {
  readonly #options: WireOptions;
  readonly #trust: Trust;

  constructor(options: WireOptions) {
    this.#options = options;
    this.#trust = new Trust(options.ca);
  }

  /** @throws RegistryError if there is no whole answer; any status is one */
  async send(exchange: Exchange, signal: AbortSignal): Promise<Answer> {
    const { host, clock, log } = this.#options;
    const { method, url } = exchange;
    const start = clock.now();
    const note = (result: string): void =>
      log?.trace(`${method} ${redactedUrl(url.href)} ${result} in ${Math.round(clock.now() - start)} ms`);
    let trusted: https.RequestOptions = {};
    try {
      if (url.protocol === 'https:') trusted = await this.#trusted(exchange);
      const response = await this.#request(exchange, trusted, signal);
      const status = response.statusCode ?? 0;
      const { limit } = exchange;
      if (limit === 'stream' && status === 200) {
        note(String(status));
        return {
          method,
          url,
          status,
          headers: response.headers,
          body: Buffer.alloc(0),
          complete: false,
          content: response,
        };
      }
      const { body, complete } = await read(response, status < 300 && limit !== 'stream' ? limit : errorLimit);
      note(String(status));
      return { method, url, status, headers: response.headers, body, complete };
    } catch (error) {
      note(`failed (${messageOf(error)})`);
      if (error instanceof RegistryError) throw error;
      throw connectionError(error, { host, method, url, trustsFile: trusted.ca !== undefined });
    }
  }

  /**
   * Sends and follows redirects; once one leads to another origin, the authorization stays behind. What changes something
   * goes to no other origin.
   */
  async follow(
    exchange: Exchange,
    signal: AbortSignal,
    fault: (target: URL, base: URL) => string | undefined = protocolFault,
  ): Promise<Answer> {
    const { host, base } = this.#options;
    let current = exchange;
    for (let count = 0; ; count += 1) {
      const answer = await this.send(current, signal);
      const location = answer.headers[headers.location];
      if (!redirects.has(answer.status) || location === undefined) return answer;
      const { method, url } = current;
      const refuse = (message: string): RegistryError =>
        new RegistryError('referral-refused', message, { host, method, url, status: answer.status });
      if (count === mostRedirects) throw refuse(`${named(host, url)} redirects more than ${mostRedirects} times.`);
      if (!URL.canParse(location, url.href)) throw refuse(`${named(host, url)} redirects to what is no address.`);
      const target = new URL(location, url);
      const why = fault(target, base) ?? writeFault(current, answer.status, target);
      if (why !== undefined)
        throw refuse(`${named(host, url)} redirects to ${redactedUrl(target.href)}, which is not followed: ${why}.`);
      const { [headers.authorization]: kept, ...rest } = current.headers;
      const same = kept !== undefined && target.origin === url.origin;
      current = { ...current, url: target, headers: same ? { ...rest, [headers.authorization]: kept } : rest };
    }
  }

  /** @throws RegistryError `certificate-file-invalid` */
  async #trusted({ method, url }: Exchange): Promise<https.RequestOptions> {
    const { host } = this.#options;
    try {
      return await this.#trust.options();
    } catch (cause) {
      throw new RegistryError('certificate-file-invalid', messageOf(cause), { host, method, url, cause });
    }
  }

  #realmLookup(method: Method, url: URL): LookupFunction | undefined {
    const { host, base, lookup } = this.#options;
    const registry = base.hostname.replace(/^\[|\]$/gu, '');
    const refused = (hostname: string): RegistryError =>
      new RegistryError(
        'referral-refused',
        `${host} refers to the token server ${hostname}, to which nothing is sent: ${privateAddress}.`,
        { host, method, url },
      );
    return url.hostname === base.hostname ? lookup : realmLookup({ registry, lookup, refused });
  }

  #request(
    { method, url, headers: own, body, referred }: Exchange,
    trusted: https.RequestOptions,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { base, transport, route, userAgent } = this.#options;
    const lookup = referred ? this.#realmLookup(method, url) : this.#options.lookup;
    const way = route?.(url.host);
    const hostname = url.hostname.replace(/^\[|\]$/gu, '');
    const options: https.RequestOptions = {
      method,
      hostname: way?.address ?? hostname,
      port: way?.port ?? url.port,
      path: url.pathname + url.search,
      headers: {
        [headers.host]: url.host,
        [headers.userAgent]: userAgent,
        // The digest is of the bytes as they are, and no connection is kept that could go stale.
        [headers.acceptEncoding]: 'identity',
        [headers.connection]: 'close',
        ...own,
      },
      signal,
      ...(lookup && { lookup }),
    };
    const secure = {
      // What was allowed for a registry is not allowed for the hosts to which it refers.
      rejectUnauthorized: !(transport === 'https-unverified' && url.hostname === base.hostname),
      ...trusted,
      // Through a proxy, VS Code's connections do not know the host any more where that is an address.
      checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(hostname, certificate),
      ...(way && { servername: url.hostname }),
    };
    return new Promise((resolve, reject) => {
      const request =
        url.protocol === 'https:' ? https.request({ ...options, ...secure }, resolve) : http.request(options, resolve);
      request.on('error', reject);
      request.end(body);
    });
  }
}

/** Why what changes something is not sent on: elsewhere it could change what nobody meant. */
function writeFault({ method, url }: Exchange, status: number, target: URL): string | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (target.origin !== url.origin) return 'nothing is changed at another place';
  // The others make a GET of it (https://www.rfc-editor.org/rfc/rfc9110#section-15.4).
  return status === 307 || status === 308 ? undefined : `a change is not sent on with the status ${status}`;
}

async function read(response: IncomingMessage, limit: number): Promise<{ body: Buffer; complete: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      // Leaving the loop closes the connection.
      chunks.push(chunk.subarray(0, chunk.length - (size - limit)));
      return { body: Buffer.concat(chunks), complete: false };
    }
    chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks), complete: true };
}
