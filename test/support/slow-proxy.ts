import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { listen } from './http-server.ts';
import { Throttle } from './throttle.ts';

export interface ProxiedRequest {
  readonly method: string;
  readonly url: string;
  /** The registry's answer; undefined until it has answered. */
  status?: number;
}

export interface HeldManifest {
  /** Resolves when the registry has answered the manifest's PUT: from then on it has the tag. */
  readonly arrived: Promise<void>;
  /** Lets the registry's answer through to the engine. */
  readonly release: () => void;
}

export interface RunningProxy {
  /** `127.0.0.1:PORT`, as it stands in an image's name. */
  readonly host: string;
  readonly url: string;
  /** All requests so far, in the order in which they came. */
  readonly requests: readonly ProxiedRequest[];
  /** Bytes of upload bodies passed on so far. */
  readonly uploadedBytes: number;
  /** Upload bodies pass no faster than this, all of them together; 0 holds them; undefined sets them free. */
  readonly throttle: (bytesPerSecond: number | undefined) => void;
  /** Destroys all connections and refuses new ones until {@link RunningProxy.restore}. */
  readonly cut: () => Promise<void>;
  /** Listens again, on the same port. */
  readonly restore: () => Promise<void>;
  /** The registry's answer to the next manifest PUT is kept back. */
  readonly holdManifestPut: () => HeldManifest;
  readonly stop: () => Promise<void>;
}

export interface ProxyOptions {
  /** The registry, `host:port`, over plain HTTP. */
  readonly target: string;
  /** Answers what the registry does not know itself, as an API beside it, and says whether it has. */
  readonly own?: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<boolean>;
}

/**
 * Starts an HTTP/1.1 proxy between an engine and a registry, which makes the line between them slow, cut or late.
 * It passes on the `Host` that it was called by, so the registry names the proxy in its `Location` headers.
 */
export async function startProxy({ target, own }: ProxyOptions): Promise<RunningProxy> {
  const requests: ProxiedRequest[] = [];
  const line = new Throttle();
  const holds: { arrive: () => void; released: Promise<void> }[] = [];

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = incoming;
    const seen: ProxiedRequest = { method, url };
    requests.push(seen);
    if (await own?.(incoming, outgoing)) {
      seen.status = outgoing.statusCode;
      return;
    }
    const [hostname, port] = target.split(':');
    const forwarded = request({ hostname, port, method, path: url, headers: incoming.headers, agent: false });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      forwarded.once('response', resolve);
      forwarded.once('error', reject);
    });
    // Whoever leaves takes the other side along, as on a line without a proxy.
    outgoing.once('close', () => forwarded.destroy());
    const isUpload = method === 'PATCH' || method === 'PUT' || method === 'POST';
    const sent = isUpload ? pipeline(incoming, (body) => line.slow(body), forwarded) : pipeline(incoming, forwarded);
    // A registry may answer before it has read everything; its answer counts, not the failed sending.
    sent.catch(() => undefined);
    const answer = await answered;
    seen.status = answer.statusCode ?? 0;
    if (method === 'PUT' && /^\/v2\/.+\/manifests\/[^/]+$/.test(url)) {
      const hold = holds.shift();
      hold?.arrive();
      await hold?.released;
    }
    const { location } = answer.headers;
    if (location) answer.headers.location = location.replace(`//${target}/`, `//${server.host}/`);
    outgoing.writeHead(seen.status, answer.headers);
    await pipeline(answer, outgoing);
  };

  const server = await listen(
    createServer((incoming, outgoing) => {
      handle(incoming, outgoing).catch(() => outgoing.destroy());
    }),
  );
  return {
    host: server.host,
    url: server.url,
    requests,
    get uploadedBytes() {
      return line.passed;
    },
    throttle: (bytesPerSecond) => line.limit(bytesPerSecond),
    cut: server.close,
    restore: server.reopen,
    holdManifestPut: () => {
      let arrive = (): void => undefined;
      let release = (): void => undefined;
      const arrived = new Promise<void>((resolve) => (arrive = resolve));
      holds.push({ arrive, released: new Promise((resolve) => (release = resolve)) });
      return { arrived, release };
    },
    stop: async () => {
      line.limit(undefined);
      await server.close();
    },
  };
}
