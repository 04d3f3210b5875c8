// VS Code puts its proxy and its certificates into the functions of these two modules. So they are called through the
// module's object, and without an agent of their own, which would keep the proxy out.
import http, { type IncomingMessage } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import { buildQueryString, type HttpHandler, type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import type { HttpHandlerOptions } from '@smithy/types';
import type { Clock } from '../base/index.ts';

/** Amazon's longest answer is a thousand images. */
const mostBytes = 16 * 1024 * 1024;

/**
 * How the SDK's clients send their requests, in the place of the SDK's own handler: that has agents of its own, and waits
 * without an end. Each goes on a connection of its own.
 */
export class Requests implements HttpHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  /** @param timeoutMs for one request with its answer */
  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws Error named `TimeoutError` when the time is over, which the SDK tries again, or `AbortError` */
  async handle(
    request: HttpRequest,
    { abortSignal }: HttpHandlerOptions = {},
  ): Promise<{ response: InstanceType<typeof HttpResponse> }> {
    const caller = abortSignal as AbortSignal | undefined;
    const stop = new AbortController();
    const settled = new AbortController();
    // A request whose agent, as VS Code's for a proxy, still looks for a way does not heed its signal: so it is raced.
    const stopped = new Promise<never>((_, reject) => {
      const give = (name: string, message: string): void => {
        const error = Object.assign(new Error(message), { name });
        reject(error);
        stop.abort(error);
      };
      const onAbort = (): void => give('AbortError', 'Request aborted');
      if (caller?.aborted) onAbort();
      else caller?.addEventListener('abort', onAbort, { once: true, signal: settled.signal });
      this.#clock.sleep(this.#timeoutMs, settled.signal).then(
        () => give('TimeoutError', `${request.hostname} did not answer within ${this.#timeoutMs / 1_000} seconds`),
        () => undefined,
      );
    });
    try {
      return { response: await Promise.race([stopped, exchange(request, stop.signal)]) };
    } finally {
      settled.abort();
    }
  }

  /** What the SDK would set of a handler of its own. */
  updateHttpClientConfig(): void {
    // There is nothing to set.
  }

  httpHandlerConfigs(): object {
    return {};
  }
}

async function exchange(request: HttpRequest, signal: AbortSignal): Promise<InstanceType<typeof HttpResponse>> {
  const response = await send(request, signal);
  const { statusCode = 0, statusMessage: reason = '' } = response;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return new HttpResponse({ statusCode, reason, headers, body: await read(response, request.hostname) });
}

function send(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const { protocol, hostname, port, method, path, query, headers } = request;
  const body: unknown = request.body;
  const search = buildQueryString(query);
  const options: RequestOptions = {
    method,
    hostname: hostname.replace(/^\[|\]$/gu, ''),
    ...(port !== undefined && { port }),
    path: search === '' ? path : `${path}?${search}`,
    headers: { ...headers, connection: 'close' },
    signal,
  };
  return new Promise((resolve, reject) => {
    const sent = (protocol === 'https:' ? https : http).request(options, resolve);
    sent.on('error', reject);
    // Of the verbs that are used, none streams.
    if (typeof body === 'string' || body instanceof Uint8Array) sent.end(body);
    else sent.end();
  });
}

async function read(response: IncomingMessage, hostname: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop closes the connection.
    if (size > mostBytes) throw new Error(`${hostname} sent more than an answer can be`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
