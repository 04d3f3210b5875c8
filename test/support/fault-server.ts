import { createServer } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { listen } from './http-server.ts';

/** What is wrong with the server. The names are those of the recorded push streams. */
export type Fault =
  | 'html-200'
  | 'html-404'
  | 'html-503'
  | 'denied-403'
  | 'rate-limited-429'
  | 'name-unknown-404'
  | 'too-large-413'
  | 'upload-503-html'
  | 'upload-503-json';

export interface FaultServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly url: string;
  /** All requests so far, in the order in which they came. */
  readonly requests: readonly { method: string; url: string }[];
  readonly stop: () => Promise<void>;
}

/** Starts a server that is no registry (`html-…`), or else an empty one that refuses every upload. */
export async function startFaultServer(fault: Fault): Promise<FaultServer> {
  const requests: { method: string; url: string }[] = [];
  const http = createServer((incoming, outgoing) => {
    const { method = '', url = '' } = incoming;
    requests.push({ method, url });
    // The engine is heard out first: a server that answers and hangs up early looks like a cut line instead.
    incoming.resume().once('end', () => answer(incoming, outgoing, faults[fault]));
  });
  const server = await listen(http);
  return { host: server.host, url: server.url, requests, stop: server.close };
}

interface Answer {
  /** Where it goes wrong: at everything, at the POST that begins an upload, or at the upload's body. */
  at: 'everything' | 'start' | 'body';
  status: number;
  headers?: OutgoingHttpHeaders;
  body: string;
}

const json = { 'content-type': 'application/json' };
const html = { 'content-type': 'text/html' };
const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n`;
/**
 * https://distribution.github.io/distribution/spec/api/#errors
 * The messages are those of real registries: where one equals the code's own message, engines show the code alone.
 */
const errors = (code: string, message: string): string => JSON.stringify({ errors: [{ code, message }] });

const faults: Record<Fault, Answer> = {
  'html-200': { at: 'everything', status: 200, headers: html, body: page('Welcome to nginx!') },
  'html-404': { at: 'everything', status: 404, headers: html, body: page('404 Not Found') },
  'html-503': { at: 'everything', status: 503, headers: html, body: page('503 Service Temporarily Unavailable') },
  'denied-403': { at: 'start', status: 403, body: errors('DENIED', 'requested access to the resource is denied') },
  'rate-limited-429': {
    at: 'start',
    status: 429,
    headers: { 'retry-after': '3' },
    body: errors('TOOMANYREQUESTS', 'You have reached your push rate limit.'),
  },
  'name-unknown-404': {
    at: 'start',
    status: 404,
    body: errors(
      'NAME_UNKNOWN',
      "The repository with name 'rec/app' does not exist in the registry with id '123456789012'",
    ),
  },
  'too-large-413': { at: 'body', status: 413, headers: html, body: page('413 Request Entity Too Large') },
  'upload-503-html': {
    at: 'body',
    status: 503,
    headers: html,
    body: page('503 Service Temporarily Unavailable'),
  },
  'upload-503-json': { at: 'start', status: 503, body: errors('UNAVAILABLE', 'service unavailable') },
};

function answer({ method, url = '' }: IncomingMessage, outgoing: ServerResponse, fault: Answer): void {
  const send = (status: number, headers: OutgoingHttpHeaders = {}, body = ''): void => {
    // A length even where no body follows: without it an engine does not believe a HEAD of a blob.
    outgoing.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body);
  };
  const upload = /^\/v2\/(.+)\/blobs\/uploads\//.exec(url);
  const stage = upload ? (method === 'POST' ? 'start' : 'body') : undefined;
  if (fault.at === 'everything' || fault.at === stage) send(fault.status, { ...json, ...fault.headers }, fault.body);
  else if (url === '/v2/') send(200, { 'docker-distribution-api-version': 'registry/2.0' }, '{}');
  else if (stage === 'start') send(202, { location: `/v2/${upload?.[1] ?? ''}/blobs/uploads/1`, range: '0-0' });
  else send(404, json, errors('NOT_FOUND', 'not found'));
}
