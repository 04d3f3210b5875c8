import http from 'node:http';
import { redacted } from '../base/index.ts';
import { notAnEngine } from './connection-error.ts';
import type { EndpointAgent } from './endpoint-agent.ts';
import type { EngineCall } from './engine-call.ts';
import { EngineError } from './engine-error.ts';
import { fieldOf, objectOf, textOf } from './json-field.ts';

/** What dockerode asks its `modem` to send. */
export interface DialRequest {
  readonly method: string;
  /** With a question mark at its end where the options are the query. */
  readonly path: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly isStream?: boolean;
  /** The good ones are `true`. */
  readonly statusCodes: Readonly<Record<number, string | true>>;
}

export interface TransportOptions {
  readonly agent: EndpointAgent;
  readonly call: EngineCall;
  /** `/v1.51`, or nothing for a path that every version has. */
  readonly prefix: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The image that the request is about, for 404. */
  readonly image?: string;
}

const longestAnswer = 64 * 1024 * 1024;
const longestErrorBody = 64 * 1024;

/**
 * dockerode's `modem`: dockerode knows the verbs, this sends them. It stands in for docker-modem, which lets the
 * environment win over the endpoint chosen here, answers never when the connection breaks within a body, loses the
 * body of an error ("[object Object]"), follows redirects without listening for their errors, and brings ssh2.
 */
export class Transport {
  /** dockerode sets it. */
  Promise: PromiseConstructor = Promise;
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** Fails with EngineError or CancelledError. A stream's result is the answer, whose end is the caller's to see. */
  dial(request: DialRequest, done: (error: Error | null, result?: unknown) => void): void {
    this.#send(request).then(
      (result) => done(null, result),
      (error: unknown) => done(error as Error),
    );
  }

  async #send(request: DialRequest): Promise<unknown> {
    const { call } = this.#options;
    const answer = await this.#answer(request);
    call.heard();
    const status = answer.statusCode ?? 0;
    if (request.statusCodes[status] !== true) throw this.#refusal(status, await this.#body(answer, longestErrorBody));
    if (request.isStream) return answer;
    return parsed(await this.#body(answer, longestAnswer));
  }

  #answer(request: DialRequest): Promise<http.IncomingMessage> {
    const { agent, call, prefix, headers } = this.#options;
    return new Promise((resolve, reject) => {
      const sent = http.request({
        agent,
        method: request.method,
        path: prefix + withQuery(request),
        headers: { ...headers, Host: agent.host },
        signal: call.signal,
      });
      let answering = false;
      sent.once('response', (answer) => {
        answering = true;
        resolve(answer);
      });
      // It stays for good: what fails after the answer began is for the answer's reader, but must have a listener here.
      sent.on('error', (error) => {
        if (answering) return;
        reject(call.failure(error, false));
        call.finish();
      });
      sent.end();
    });
  }

  async #body(answer: http.IncomingMessage, longest: number): Promise<string> {
    const { call } = this.#options;
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of call.chunks(answer)) {
      bytes += chunk.length;
      if (bytes > longest && answer.statusCode !== undefined && answer.statusCode < 400)
        throw notAnEngine(call.chosen, 'sends an endless answer');
      if (bytes > longest) break;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  #refusal(status: number, body: string): EngineError {
    const { call, image } = this.#options;
    const words = refusalWords(body);
    if (status < 400 || (words === undefined && status === 404))
      return notAnEngine(call.chosen, `says HTTP ${status} where an engine would answer`);
    const details = { status, words: words ?? body };
    if (status === 404 && image !== undefined)
      return new EngineError('engine-image-missing', `The image ${image} is not on this engine.`, details);
    const said = redacted(details.words, 300);
    return new EngineError('engine-refused', `The engine refused: ${said === '' ? `HTTP ${status}` : said}`, details);
  }
}

/** moby: `{message}`. Podman: `{cause, message, response}`, or `{errorDetail}` where a push fails before it starts. */
function refusalWords(body: string): string | undefined {
  const object = objectOf(parsed(body));
  return (
    textOf(fieldOf(object, 'message')) ??
    textOf(fieldOf(objectOf(fieldOf(object, 'errorDetail')), 'message')) ??
    textOf(fieldOf(object, 'error')) ??
    textOf(fieldOf(object, 'cause'))
  );
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function withQuery({ path, options }: DialRequest): string {
  if (!path.endsWith('?')) return path;
  const query = Object.entries(options ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([key, value]): [string, string] => [key, typeof value === 'string' ? value : JSON.stringify(value)]);
  return query.length === 0 ? path.slice(0, -1) : path + new URLSearchParams(query).toString();
}
