import { createServer } from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { listen } from './http-server.ts';

/** A place where nobody should come, and someone who can be asked whether anybody did. */
export interface Lookout {
  /** `127.0.0.1:PORT`: each connection to it is counted, and closed. */
  readonly watched: string;
  /** Answers a GET with the number of connections so far. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export async function startLookout(): Promise<Lookout> {
  let visitors = 0;
  const place = net.createServer((visitor) => {
    visitors += 1;
    visitor.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    place.once('error', reject);
    place.listen(0, '127.0.0.1', resolve);
  });
  const guard = await listen(createServer((_, response) => response.end(String(visitors))));
  return {
    watched: `127.0.0.1:${(place.address() as AddressInfo).port}`,
    url: guard.url,
    stop: async () => {
      await Promise.all([new Promise((resolve) => place.close(resolve)), guard.close()]);
    },
  };
}
