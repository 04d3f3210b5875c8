import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Certificate } from '../certificate.ts';

/** A request as it came. */
export interface Seen {
  /** That it was meant for, as it named it. */
  readonly host: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As far as the server that it was for has read it: not of uploads. */
  body: string;
}

/** What serves a part of a host. */
export interface Site {
  readonly host: string;
  /** Whether a request is for it. */
  readonly serves: (method: string, url: URL) => boolean;
  /** Resolves when it is answered; what it throws is a fault of the test's. */
  readonly answer: (request: Request, response: ServerResponse) => Promise<void> | void;
}

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** To be read once. */
  readonly text: () => Promise<string>;
  readonly incoming: IncomingMessage;
}

export interface Front {
  /** Every request so far, in the order in which they came. */
  readonly seen: readonly Seen[];
  /** What came and was not to come, in words. */
  readonly faults: readonly string[];
  /** Adds servers; the function that is returned takes them away. */
  readonly open: (sites: readonly Site[]) => () => void;
  readonly stop: () => Promise<void>;
}

/**
 * Starts what stands at port 443 of an address that many names lead to. It asks each host's servers in their order, and
 * keeps what came. A request that nobody serves is answered with 418 and is a fault.
 */
export async function startFront(address: string, certificate: Certificate): Promise<Front> {
  const sites: Site[] = [];
  const seen: Seen[] = [];
  const faults: string[] = [];
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', headers } = incoming;
    const host = headers.host ?? '';
    const url = new URL(incoming.url ?? '', `https://${host}`);
    const record: Seen = { host, method, path: url.pathname + url.search, headers, body: '' };
    seen.push(record);
    const site = sites.find((one) => one.host === host && one.serves(method, url));
    const text = async (): Promise<string> => (record.body = (await incoming.toArray()).join(''));
    try {
      if (!site) throw new Error('nobody serves it');
      await site.answer({ method, url, headers, text, incoming }, response);
    } catch (error) {
      faults.push(`${method} https://${host}${record.path}: ${String(error)}`);
      if (!response.headersSent) response.writeHead(418);
      response.end();
    }
  };
  const server = createServer({ ...certificate }, (incoming, response) => void serve(incoming, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(443, address, resolve);
  });
  return {
    seen,
    faults,
    open: (more) => {
      sites.push(...more);
      return () => sites.splice(0, sites.length, ...sites.filter((site) => !more.includes(site)));
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** An object is sent as JSON. */
  readonly body?: string | object;
}

export function send(response: ServerResponse, method: string, { status, headers = {}, body = '' }: PlainAnswer): void {
  const isJson = typeof body === 'object';
  const bytes = Buffer.from(isJson ? JSON.stringify(body) : body);
  const own = Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]);
  response.writeHead(status, {
    'content-type': isJson ? 'application/json' : 'text/plain; charset=utf-8',
    'content-length': bytes.length,
    ...(Object.fromEntries(own) as Record<string, string | string[]>),
  });
  response.end(method === 'HEAD' ? undefined : bytes);
}
