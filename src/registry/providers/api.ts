import { systemClock } from '../../base/index.ts';
import { Connection, type RegistryOptions } from '../connection.ts';
import { RegistryError } from '../errors.ts';
import * as headers from '../headers.ts';
import { mediaTypeOf } from '../media-types.ts';
import { Secrets } from '../secrets.ts';
import { statusError } from '../status-error.ts';
import { type Answer, Wire } from '../wire.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as a form where it is one. */
  readonly body?: object | URLSearchParams;
  /** What must not be shown when the answer repeats it. */
  readonly secrets?: readonly string[];
  /** Bytes of the answer that are read at most; 8 MiB when absent. */
  readonly limit?: number;
  /** The status that is wanted, as the 401 in which a challenge stands; any 2xx when absent. */
  readonly wanted?: number;
}

export interface ApiAnswer {
  /** Undefined for an empty body. */
  readonly json: unknown;
  readonly headers: Answer['headers'];
}

/** The way to a provider's own API. */
export interface ApiDoor {
  /**
   * Asks, and reads the answer as JSON. Redirects are followed without what authorizes, once they lead elsewhere;
   * those of a request with a body are not followed.
   *
   * @throws RegistryError for any status but the one that is wanted, and for what is no JSON; CancelledError
   */
  ask(request: ApiRequest, signal?: AbortSignal): Promise<ApiAnswer>;
}

const usualLimit = 8 * 1024 * 1024;

/**
 * Opens the APIs beside a registry, with the same certificates, proxy and log. On the registry's own host the transport
 * is the registry's; anywhere else it is HTTPS with a certificate that is trusted.
 */
export function openApi(registry: string, options: RegistryOptions = {}): ApiDoor {
  const connection = new Connection(registry, options);
  const wireTo = ({ host, origin }: URL): Wire =>
    new Wire({
      host: registry,
      base: new URL(origin),
      transport: host === registry ? (options.transport ?? 'https') : 'https',
      ca: options.ca,
      lookup: options.lookup,
      route: options.route,
      userAgent: options.userAgent ?? 'docker-push',
      clock: options.clock ?? systemClock,
      log: options.log,
    });
  return {
    ask: (request, signal) => connection.call(signal, (inner) => ask(registry, wireTo(request.url), request, inner)),
  };
}

async function ask(
  registry: string,
  wire: Wire,
  { method = 'GET', url, headers: own = {}, body, secrets: hidden = [], limit = usualLimit, wanted }: ApiRequest,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  const isForm = body instanceof URLSearchParams;
  const content = body === undefined ? undefined : isForm ? body.toString() : JSON.stringify(body);
  const all = {
    [headers.accept]: 'application/json',
    ...(content !== undefined && {
      [headers.contentType]: isForm ? 'application/x-www-form-urlencoded' : 'application/json',
    }),
    ...own,
  };
  const exchange = { method, url, headers: all, limit, ...(content !== undefined && { body: content }) };
  // A redirect would take the body along, wherever it leads, and secrets stand in bodies.
  const answer = await (content === undefined ? wire.follow(exchange, signal) : wire.send(exchange, signal));
  const secrets = new Secrets();
  for (const secret of hidden) secrets.add(secret);
  const signedIn = headers.authorization in all;
  const good = wanted === undefined ? answer.status >= 200 && answer.status <= 299 : answer.status === wanted;
  if (!good) throw statusError(answer, { host: registry, signedIn, secrets });
  const json = parsed(answer);
  if (json === undefined && answer.body.length > 0)
    throw new RegistryError('registry-error', `${url.host} answered with what is no JSON. Check a proxy on the way.`, {
      host: registry,
      method,
      url: answer.url,
      status: answer.status,
    });
  return { json, headers: answer.headers };
}

function parsed({ body, complete, headers: given }: Answer): unknown {
  if (!complete || mediaTypeOf(given[headers.contentType]) === 'text/html') return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
