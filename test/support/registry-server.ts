import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Certificate } from './certificate.ts';
import { listen } from './http-server.ts';

/** A request that must come next, and what is answered. */
export interface Step {
  /** Method and path with query, as `HEAD /v2/acme/api/manifests/1.0`. */
  readonly request: string;
  /** Headers by their names in lower case; one that must not be sent is undefined. Others do not matter. */
  readonly headers?: Readonly<Record<string, string | RegExp | undefined>>;
  readonly body?: string | RegExp;
  readonly answer: StepAnswer | ((response: ServerResponse, request: IncomingMessage) => void);
}

export interface StepAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: string | Buffer | object;
}

export interface ScriptedServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Its port, to be reached under another name. */
  readonly port: string;
  readonly url: string;
  /** Adds to what must come, in this order. */
  readonly expect: (...steps: Step[]) => void;
  /** Adds what must come then, each once, in any order: requests that are sent side by side. */
  readonly expectInAnyOrder: (...steps: Step[]) => void;
  /** The headers of the requests so far. */
  readonly seen: readonly IncomingHttpHeaders[];
  /** Stops it. Fails if a request came that was not expected, or one did not come that was. */
  readonly finish: () => Promise<void>;
}

/**
 * Starts a server that plays a registry's part word by word: each request must be the one that the script has next.
 * What differs is answered with 418, and `finish` says what it was.
 */
export async function startScripted(certificate?: Certificate): Promise<ScriptedServer> {
  /** Each may be played by one of several. */
  const turns: Step[][] = [];
  const faults: unknown[] = [];
  const seen: IncomingHttpHeaders[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    seen.push(request.headers);
    const line = `${request.method ?? ''} ${request.url ?? ''}`;
    const step = take(turns, line);
    try {
      assert.equal(line, step?.request ?? 'no further request');
      for (const [name, value] of Object.entries(step?.headers ?? {})) {
        const sent = request.headers[name];
        if (value instanceof RegExp) assert.match(String(sent), value, `header ${name}`);
        else assert.equal(sent, value, `header ${name}`);
      }
      const body = (await request.toArray()).join('');
      if (step?.body instanceof RegExp) assert.match(body, step.body);
      else if (step?.body !== undefined) assert.equal(body, step.body);
    } catch (error) {
      faults.push(error);
      response.writeHead(418).end();
      return;
    }
    if (step) answer(step, response, request);
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => void serve(request, response);
  const http = certificate ? createSecureServer({ ...certificate }, handle) : createServer(handle);
  const server = await listen(http);
  return {
    host: server.host,
    port: server.host.slice(server.host.indexOf(':') + 1),
    url: `${certificate ? 'https' : 'http'}://${server.host}`,
    expect: (...more) => turns.push(...more.map((step) => [step])),
    expectInAnyOrder: (...more) => turns.push(more),
    seen,
    finish: async () => {
      await server.close();
      if (faults.length > 0) throw faults[0];
      assert.deepEqual(
        turns.flat().map(({ request }) => request),
        [],
        'requests that did not come',
      );
    },
  };
}

/** The step that is next; of several, the one for this request. */
function take(turns: Step[][], line: string): Step | undefined {
  const turn = turns[0];
  const [step] =
    turn?.splice(
      Math.max(
        turn.findIndex(({ request }) => request === line),
        0,
      ),
      1,
    ) ?? [];
  if (turn?.length === 0) turns.shift();
  return step;
}

function answer(step: Step, response: ServerResponse, request: IncomingMessage): void {
  if (typeof step.answer === 'function') {
    step.answer(response, request);
    return;
  }
  const { status, headers, body } = step.answer;
  const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(isJson ? JSON.stringify(body) : (body ?? ''));
  response.writeHead(status, {
    'content-type': isJson ? 'application/json' : 'text/plain',
    'content-length': bytes.length,
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
