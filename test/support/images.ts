import { createCipheriv, createHash } from 'node:crypto';
import { request } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

export interface EngineAnswer {
  readonly status: number;
  readonly text: string;
  /** The answer's JSON. */
  readonly json: () => unknown;
}

/** One file, which becomes one layer. */
export interface Layer {
  /** Where it lies in the image, absolute. */
  path: string;
  content: Buffer;
}

/** One request to an engine's API over its unix socket, its answer read to the end. An object is sent as JSON. */
export async function engineRequest(
  socketPath: string,
  method: string,
  path: string,
  body?: Buffer | object,
  headers: OutgoingHttpHeaders = {},
): Promise<EngineAnswer> {
  const [content, type] = Buffer.isBuffer(body)
    ? [body, 'application/x-tar']
    : [body && Buffer.from(JSON.stringify(body)), 'application/json'];
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request({
      socketPath,
      method,
      path,
      agent: false,
      headers: { ...(content && { 'content-type': type, 'content-length': content.length }), ...headers },
    });
    sent.once('response', resolve);
    sent.once('error', reject);
    sent.end(content);
  });
  const text = (await buffer(answer)).toString();
  return { status: answer.statusCode ?? 0, text, json: () => JSON.parse(text) as unknown };
}

/** How many repositories an engine has images of; undefined where it does not answer. */
export async function countRepositories(socketPath: string): Promise<number | undefined> {
  const answer = await engineRequest(socketPath, 'GET', '/images/json').catch(() => undefined);
  const images = (answer?.json() ?? []) as { RepoTags: string[] | null }[];
  const names = images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => !name.startsWith('<none>'));
  return answer && new Set(names.map((name) => name.slice(0, name.lastIndexOf(':')))).size;
}

/**
 * Builds an image, FROM scratch unless said otherwise, with one layer a file, through the Engine API's classic builder, which every engine
 * has. The files' times are fixed: the same layers give the same layer digests on one engine.
 *
 * @param reference the name and tag it gets, as the engine takes it
 * @param from a local image that it adds to, so that a big one can be built bit by bit
 * @returns the image's id as the engine's inspect gives it
 */
export async function buildImage(
  socketPath: string,
  reference: string,
  layers: Layer[],
  labels: Record<string, string> = {},
  from = 'scratch',
): Promise<string> {
  const context = pack();
  const dockerfile = [`FROM ${from}`, ...layers.map(({ path }, index) => `COPY layer${index} ${path}`)].join('\n');
  const mtime = new Date(0);
  context.entry({ name: 'Dockerfile', mtime }, dockerfile);
  for (const [index, { content }] of layers.entries()) context.entry({ name: `layer${index}`, mtime }, content);
  context.finalize();
  const query = new URLSearchParams({ t: reference, version: '1', labels: JSON.stringify(labels) }).toString();
  const answer = await engineRequest(socketPath, 'POST', `/build?${query}`, await buffer(context));
  if (answer.status !== 200 || answer.text.includes('"errorDetail"'))
    throw new Error(`Building ${reference} failed: ${answer.status} ${answer.text}`);
  return imageId(socketPath, reference);
}

/** The id of a local image. */
export async function imageId(socketPath: string, reference: string): Promise<string> {
  const answer = await expectStatus(200, socketPath, 'GET', `/images/${reference}/json`);
  return (answer.json() as { Id: string }).Id;
}

/**
 * Gives an image one more name.
 *
 * @param target `repository:tag`
 */
export async function tagImage(socketPath: string, source: string, target: string): Promise<void> {
  const colon = target.lastIndexOf(':');
  const query = new URLSearchParams({ repo: target.slice(0, colon), tag: target.slice(colon + 1) }).toString();
  await expectStatus(201, socketPath, 'POST', `/images/${source}/tag?${query}`);
}

/** Removes a name, and with the last one the image. */
export async function removeImage(socketPath: string, reference: string): Promise<void> {
  await expectStatus(200, socketPath, 'DELETE', `/images/${reference}?force=1`);
}

/**
 * Pulls a tag from a registry.
 *
 * @param reference `host:port/path:tag`
 * @param account for a registry that asks who it is
 * @returns the image's id as the engine's inspect gives it
 */
export async function pullImage(
  socketPath: string,
  reference: string,
  account?: { user: string; password: string },
): Promise<string> {
  const auth = account && {
    username: account.user,
    password: account.password,
    serveraddress: reference.slice(0, reference.indexOf('/')),
  };
  const query = new URLSearchParams({ fromImage: reference }).toString();
  const answer = await engineRequest(socketPath, 'POST', `/images/create?${query}`, undefined, {
    // With padding: without, engines ignore it.
    ...(auth && {
      'X-Registry-Auth': Buffer.from(JSON.stringify(auth)).toString('base64').replace(/\+/gu, '-').replace(/\//gu, '_'),
    }),
  });
  if (answer.status !== 200 || answer.text.includes('"errorDetail"'))
    throw new Error(`Pulling ${reference} failed: ${answer.status} ${answer.text}`);
  return imageId(socketPath, reference);
}

/** Bytes that no compression makes smaller, the same for the same seed. */
export function incompressible(bytes: number, seed: string | number): Buffer {
  const key = createHash('sha256').update(String(seed)).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

async function expectStatus(status: number, socketPath: string, method: string, path: string): Promise<EngineAnswer> {
  const answer = await engineRequest(socketPath, method, path);
  if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer;
}
