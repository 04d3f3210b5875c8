import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListeningServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly url: string;
  /** Stops listening and destroys all connections. */
  readonly close: () => Promise<void>;
  /** Listens again, on the same port. */
  readonly reopen: () => Promise<void>;
}

/** Makes a server of the tests' own listen on a free port of 127.0.0.1. */
export async function listen(server: Server): Promise<ListeningServer> {
  const open = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  await open(0);
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}`, close, reopen: () => open(port) };
}
