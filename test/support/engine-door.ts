import { mkdir, rm } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';

/** A socket of the tests' own in front of an engine's, which sees who comes. */
export interface EngineDoor {
  /** How many connections there were so far. */
  readonly connections: number;
  /** How many event streams are open now. */
  readonly streams: number;
  /** How many lists of images were given. */
  readonly lists: number;
  /** Closes all connections and takes the socket's file away. */
  readonly close: () => Promise<void>;
}

/**
 * Listens at a path, whose folder is made, and passes every connection on to an engine's socket; without one, closes it
 * at once.
 */
export async function openDoor(socketPath: string, engineSocketPath?: string): Promise<EngineDoor> {
  let connections = 0;
  let lists = 0;
  const sockets = new Set<net.Socket>();
  const streams = new Set<net.Socket>();
  const server = net.createServer((caller) => {
    connections += 1;
    sockets.add(caller);
    caller.once('close', () => {
      sockets.delete(caller);
      streams.delete(caller);
    });
    caller.on('error', () => caller.destroy());
    if (engineSocketPath === undefined) {
      caller.destroy();
      return;
    }
    const engine = net.connect(engineSocketPath);
    // The extension sends one request a connection, so its first bytes say what it is for.
    caller.once('data', (head: Buffer) => {
      const request = head.toString('latin1');
      if (/^GET \S*\/events\b/u.test(request)) streams.add(caller);
      if (/^GET \S*\/images\/json\b/u.test(request)) caller.once('close', () => (lists += 1));
    });
    engine.on('error', () => caller.destroy());
    engine.once('close', () => caller.destroy());
    caller.once('close', () => engine.destroy());
    caller.pipe(engine).pipe(caller);
  });
  await mkdir(path.dirname(socketPath), { recursive: true });
  await rm(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return {
    get connections() {
      return connections;
    },
    get streams() {
      return streams.size;
    },
    get lists() {
      return lists;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
