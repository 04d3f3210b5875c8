import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from './http-server.ts';

export interface TagRegistryOptions {
  /** The tags of each repository, in the registry's order. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /** It sends all tags at once, whatever is asked for, as distribution 2.8 does. */
  readonly ignoresN?: boolean;
  /** The value of the header that lets one in; everybody when absent. */
  readonly authorization?: string;
}

export interface TagRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly url: string;
  /** `GET /v2/…` with its query, in the order in which they came; without the first look whether there is a registry. */
  readonly requests: string[];
  /** From now on only this lets one in. */
  readonly admit: (authorization: string) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a registry that only lists: with ten thousand tags a real one takes minutes to be filled. Pages go by `n` and
 * `last` (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags); anything else is
 * answered with 418.
 */
export async function startTagRegistry({
  tags,
  ignoresN = false,
  authorization,
}: TagRegistryOptions): Promise<TagRegistry> {
  let admitted = authorization;
  const requests: string[] = [];
  const serve = ({ method = '', url = '', headers }: IncomingMessage, response: ServerResponse): void => {
    if (url !== '/v2/') requests.push(`${method} ${url}`);
    const send = (status: number, body: object, more: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(body));
    };
    const { pathname, searchParams } = new URL(url, 'http://registry');
    const page = (
      names: readonly string[],
      whole: boolean,
    ): { names: readonly string[]; more: Record<string, string> } => {
      const from = names.indexOf(searchParams.get('last') ?? '') + 1;
      const count = Number(searchParams.get('n'));
      if (whole || from + count >= names.length) return { names: names.slice(from), more: {} };
      const part = names.slice(from, from + count);
      const link = `<${pathname}?last=${part.at(-1) ?? ''}&n=${count}>; rel="next"`;
      return { names: part, more: { link } };
    };
    const repository = /^\/v2\/(.+)\/tags\/list$/u.exec(pathname)?.[1];
    if (method !== 'GET') send(418, {});
    else if (admitted !== undefined && headers.authorization !== admitted)
      send(
        401,
        { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] },
        { 'www-authenticate': 'Basic realm="tags"' },
      );
    else if (url === '/v2/') send(200, {}, { 'docker-distribution-api-version': 'registry/2.0' });
    else if (pathname === '/v2/_catalog') {
      const { names, more } = page(Object.keys(tags), false);
      send(200, { repositories: names }, more);
    } else if (repository !== undefined && tags[repository]) {
      const { names, more } = page(tags[repository], ignoresN);
      send(200, { name: repository, tags: names }, more);
    } else if (repository !== undefined)
      send(404, { errors: [{ code: 'NAME_UNKNOWN', message: 'no such repository' }] });
    else send(418, {});
  };
  const { host, url, close } = await listen(createServer(serve));
  return { host, url, requests, admit: (next) => (admitted = next), stop: close };
}

/** `v00001` and so on. */
export function numberedTags(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `v${String(index + 1).padStart(5, '0')}`);
}
