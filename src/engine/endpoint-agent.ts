import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { Endpoint } from './endpoint.ts';
import { SshConnection } from './ssh-connection.ts';

/** Node's HTTP over whatever leads to the engine. Destroying it closes all its connections. */
export class EndpointAgent extends http.Agent {
  readonly #endpoint: Endpoint;

  constructor(endpoint: Endpoint) {
    // A kept connection would break with an engine's restart and fail the next request, and a socket costs nothing to
    // open. Over ssh each connection is a process and a handshake; there a broken one is noticed when ssh leaves.
    super({ keepAlive: endpoint.kind === 'ssh' });
    this.#endpoint = endpoint;
  }

  /** What the Host header names. */
  get host(): string {
    if (this.#endpoint.kind !== 'tcp') return 'docker';
    const { host, port } = this.#endpoint;
    return `${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  override createConnection(): Duplex {
    return connect(this.#endpoint);
  }
}

/** A connection that is being opened: failures arrive as its `error`. */
function connect(endpoint: Endpoint): Duplex {
  switch (endpoint.kind) {
    case 'unix':
    case 'npipe':
      return net.connect({ path: endpoint.path });
    case 'ssh':
      return new SshConnection(endpoint);
    case 'tcp': {
      const { host, port } = endpoint;
      if (!endpoint.tls) return net.connect({ host, port });
      const { verify, ...certificates } = endpoint.tls;
      const servername = net.isIP(host) === 0 ? { servername: host } : {};
      return tls.connect({ host, port, ...servername, ...certificates, rejectUnauthorized: verify });
    }
  }
}
