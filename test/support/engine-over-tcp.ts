import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

/** An engine's socket, reached over TCP without TLS, as a daemon with `-H tcp://` is. */
export interface EngineOverTcp {
  /** `tcp://ADDRESS:PORT` */
  readonly endpoint: string;
  /** The records of credentials that callers sent so far (`X-Registry-Auth`), as JSON; `{}` is nobody's. */
  readonly credentials: readonly string[];
  /** From now on connections lead to this socket; before, they are closed. */
  readonly leadTo: (socketPath: string) => void;
  /** Closes all connections and stops listening. */
  readonly close: () => Promise<void>;
}

/** Listens on a free port of an address of this machine. */
export async function listenForEngine(address: string): Promise<EngineOverTcp> {
  const heard: Buffer[][] = [];
  const sockets = new Set<net.Socket>();
  let socketPath: string | undefined;
  const server = net.createServer((caller) => {
    caller.on('error', () => caller.destroy());
    if (socketPath === undefined) {
      caller.destroy();
      return;
    }
    const said: Buffer[] = [];
    heard.push(said);
    const engine = net.connect(socketPath);
    engine.on('error', () => caller.destroy());
    for (const [socket, other] of [
      [caller, engine],
      [engine, caller],
    ] as const) {
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    caller.on('data', (bytes: Buffer) => said.push(bytes));
    caller.pipe(engine).pipe(caller);
  });
  server.listen(0, address);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `tcp://${address}:${port}`,
    get credentials() {
      const text = heard.map((said) => Buffer.concat(said).toString('latin1')).join('\r\n');
      return [...text.matchAll(/^x-registry-auth: *(\S*)\r$/gimu)].map(([, record = '']) =>
        Buffer.from(record, 'base64url').toString(),
      );
    },
    leadTo: (path) => (socketPath = path),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
