import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chooseEndpoint, openEngine, type ChosenEndpoint, type Engine } from '../../../src/engine/index.ts';
import { makeRunFolder } from '../../support/run-folder.ts';
import type { Certificate } from '../../support/certificate.ts';
import { fixture } from './recorded.ts';

/** One exchange: the request line that must come next, and its answer. */
export type Exchange = readonly [
  request: string,
  answer: (outgoing: ServerResponse, incoming: IncomingMessage) => void,
];

export interface ScriptedEngine {
  readonly engine: Engine;
  readonly chosen: ChosenEndpoint;
  readonly server: Server;
  /** The requests so far, with their headers. */
  readonly requests: readonly IncomingMessage[];
  /** More exchanges, expected after those that are left. */
  readonly expect: (...exchanges: Exchange[]) => void;
  /** Stops all; fails if a request came that was not expected, or one that was did not come. */
  readonly finish: () => Promise<void>;
}

export interface ScriptOptions {
  /** TCP on the loopback instead of a socket, with this certificate over TLS. */
  tcp?: { certificate?: Certificate; ca?: string; verify?: boolean };
  /** The engine's patience with silence, in milliseconds. */
  silence?: number;
}

/** An engine in this process that speaks HTTP and knows exactly these exchanges, in this order. */
export async function startScript(
  exchanges: Exchange[],
  { tcp, silence }: ScriptOptions = {},
): Promise<ScriptedEngine> {
  const script = [...exchanges];
  const surprises: string[] = [];
  const requests: IncomingMessage[] = [];
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const line = `${incoming.method ?? ''} ${incoming.url ?? ''}`;
    requests.push(incoming);
    const next = script.shift();
    if (next?.[0] === line) next[1](outgoing, incoming);
    else {
      surprises.push(`${line} instead of ${next?.[0] ?? 'nothing'}`);
      outgoing.writeHead(599).end();
    }
  };
  const server = tcp?.certificate ? createTlsServer(tcp.certificate, handle) : createServer(handle);
  const folder = await makeRunFolder();
  const socket = join(folder.path, 'engine.sock');
  await new Promise<void>((resolve) => (tcp ? server.listen(0, '127.0.0.1', resolve) : server.listen(socket, resolve)));
  const port = tcp ? (server.address() as AddressInfo).port : 0;
  const chosen: ChosenEndpoint = tcp
    ? {
        endpoint: {
          kind: 'tcp',
          host: '127.0.0.1',
          port,
          ...((tcp.ca !== undefined || tcp.verify !== undefined) && {
            tls: { verify: tcp.verify ?? true, ...(tcp.ca !== undefined && { ca: tcp.ca }) },
          }),
        },
        address: `tcp://127.0.0.1:${port}`,
        source: 'setting',
        label: 'test',
        local: false,
      }
    : await chosenAt(`unix://${socket}`);
  const engine = openEngine(chosen, silence === undefined ? {} : { silence });
  return {
    engine,
    chosen,
    server,
    requests,
    expect: (...more) => script.push(...more),
    finish: async () => {
      engine.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await folder.remove();
      assert.deepEqual(surprises, []);
      assert.deepEqual(
        script.map(([line]) => line),
        [],
      );
    },
  };
}

export function chosenAt(address: string): Promise<ChosenEndpoint> {
  const readFile = (): Promise<string> => Promise.reject(new Error('No file is read for an address.'));
  return chooseEndpoint({ setting: address, env: {}, platform: 'linux', home: '/', readFile });
}

/** Answers with JSON, or with text as it is. */
export function says(body: unknown, status = 200): Exchange[1] {
  return (outgoing) => {
    outgoing.writeHead(status, { 'content-type': 'application/json' });
    outgoing.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  };
}

/** The exchange in which an engine says who it is, as recorded. */
export function introduces(kind: 'classic' | 'containerd' | 'podman'): Exchange {
  return ['GET /version', says(fixture(`images-list/${kind}-version.json`))];
}
