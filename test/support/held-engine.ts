import net from 'node:net';
import { own } from './cleanup.ts';

export interface HeldEngine {
  /** Of the socket on which it listens. */
  readonly path: string;
  /** From now on what images hold comes only up to the first bytes; the rest when this is called with false. */
  hold: (isHeld: boolean) => void;
  readonly stop: () => Promise<void>;
}

/** `GET /images/{name}/get`, whichever version of the API it is asked by. */
const asksForImage = /^GET [^ ]*\/images\/[^ ]*\/get[? ]/u;

/**
 * An engine's socket in front of another: all passes as it is, but for the content of images, which can be held up.
 *
 * @param engine names the socket behind it, which may come to be later
 */
export async function startHeldEngine(path: string, engine: () => string): Promise<HeldEngine> {
  let isHeld = false;
  const held = new Set<net.Socket>();
  const sockets = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(engine());
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        held.delete(socket);
        near.destroy();
        far.destroy();
      });
      socket.on('error', () => undefined);
    }
    near.on('data', (chunk) => {
      if (isHeld && asksForImage.test(chunk.toString('latin1'))) held.add(far);
      if (held.has(far)) far.pause();
      far.write(chunk);
    });
    far.on('data', (chunk) => near.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const stop = async (): Promise<void> => {
    forget();
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const forget = own({ stop, stopNow: () => server.close() });
  return {
    ...{ path, stop },
    hold: (now) => {
      isHeld = now;
      if (now) return;
      for (const socket of held) socket.resume();
      held.clear();
    },
  };
}
