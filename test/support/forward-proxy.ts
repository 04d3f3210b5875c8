import http, { createServer, request as send } from 'node:http';
import https from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { listen } from './http-server.ts';

export interface ForwardProxy {
  /** `METHOD target` of what was asked of it so far; `CONNECT host:port` for a tunnel. */
  readonly seen: readonly string[];
  readonly stop: () => Promise<void>;
}

/** Starts a proxy as a company's network has one; every name leads to this machine. */
async function startProxy(): Promise<ForwardProxy & { port: number }> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    seen.push(`${method} ${url}`);
    const { port, pathname, search } = new URL(url);
    const options = { host: '127.0.0.1', port, path: pathname + search, method, headers };
    incoming.pipe(
      send(options, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(outgoing);
      }),
    );
  });
  server.on('connect', ({ url = '' }, socket: Socket) => {
    seen.push(`CONNECT ${url}`);
    const target = connect(Number(url.slice(url.lastIndexOf(':') + 1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(target).pipe(socket);
    });
    for (const end of [socket, target]) {
      sockets.add(end);
      end.on('error', () => {
        // As a tunnel that leads nowhere ends.
        for (const each of [socket, target]) each.destroy();
      });
    }
  });
  const { url, close } = await listen(server);
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await close();
  };
  return { seen, port: Number(new URL(url).port), stop };
}

/**
 * A tunnel for each connection, with the request's own options for TLS but the host: as https-proxy-agent, which VS Code
 * uses, so that a host that is an address is not known any more.
 */
class Tunnel extends https.Agent {
  readonly #port: number;

  constructor(port: number) {
    super();
    this.#port = port;
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { host: named, port, servername = named ?? '', ...rest } = options;
    const host = named ?? '';
    const path = `${host}:${port ?? ''}`;
    const name = isIP(servername) === 0 ? { servername } : {};
    send({ host: '127.0.0.1', port: this.#port, method: 'CONNECT', path, agent: false })
      .on('connect', (_, socket: Socket) =>
        callback?.(null, tls.connect({ ...rest, ...name, socket } as tls.ConnectionOptions)),
      )
      // Node passes an error on by this callback, whose type has always a stream.
      .on('error', (error) => (callback as ((error: Error) => void) | undefined)?.(error))
      .end();
  }
}

type Answered = (response: http.IncomingMessage) => void;

/**
 * Starts a proxy, and puts it where VS Code puts the user's: into the `request` of Node's two modules. Like VS Code, it
 * leaves alone what brings an agent of its own.
 */
export async function proxyAsInVsCode(): Promise<ForwardProxy> {
  const { seen, port, stop } = await startProxy();
  const original = { http: http.request, https: https.request };
  const tunnel = new Tunnel(port);
  const patched = {
    http: (options: http.RequestOptions, answered: Answered): http.ClientRequest => {
      if (options.agent !== undefined) return original.http(options, answered);
      const target = `http://${options.hostname ?? ''}:${options.port ?? ''}`;
      // Of the wire's own, which are a record.
      const headers = { ...(options.headers as Record<string, string>), host: new URL(target).host };
      const path = target + (options.path ?? '');
      return original.http({ ...options, hostname: '127.0.0.1', port, path, headers }, answered);
    },
    https: (options: https.RequestOptions, answered: Answered): http.ClientRequest =>
      original.https(options.agent === undefined ? { ...options, agent: tunnel } : options, answered),
  };
  Object.assign(http, { request: patched.http });
  Object.assign(https, { request: patched.https });
  return {
    seen,
    stop: async () => {
      Object.assign(http, { request: original.http });
      Object.assign(https, { request: original.https });
      tunnel.destroy();
      await stop();
    },
  };
}
