import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { type PlainAnswer, type Request, send, type Site } from './front.ts';

/** How a registry lets in. */
export type GateKind =
  /** By user name and password at each request. */
  | { readonly kind: 'basic'; readonly challenge: string; readonly refusal: PlainAnswer }
  /** By tokens, which its token server gives for user name and password. */
  | {
      readonly kind: 'bearer';
      readonly realm: string;
      readonly service: string;
      /** Where the challenge names always the same scope, and a token serves for everything. */
      readonly scope?: string;
      /** A second challenge, for user name and password at each request, in a header of its own. */
      readonly besides?: string;
      /** What is said to a wrong user name or password. */
      readonly refusal: PlainAnswer;
      /** The status for a POST, where it takes none. */
      readonly post?: number;
    };

/** What is refused to who signed in, in the registry's words. */
export type GateRefusal = {
  /** The repository's path, and the tag where only that is refused. */
  readonly path: string;
} & (
  | {
      /** Where it is said: where a token is given, where an upload begins, or where the manifest is put. */
      readonly at: 'token' | 'upload' | 'manifest';
      readonly answer: PlainAnswer;
    }
  /** A token is given that is not for pushes, and the challenge says so where an upload begins. */
  | { readonly at: 'scope' }
);

export interface GateOptions {
  /** The host that serves the registry's API. */
  readonly host: string;
  readonly gate: GateKind;
  readonly account: { readonly username: string; readonly password: string };
  readonly refusals: readonly GateRefusal[];
  /** The real registry behind it: `http://127.0.0.1:PORT`, open to everybody. */
  readonly backend: string;
}

export interface Gate {
  readonly sites: readonly Site[];
  /** The tokens that it gave so far, for the registry alone. */
  readonly tokens: readonly string[];
  /** Whether a request brings a token for this scope. */
  readonly lets: (request: Request, scope: string) => boolean;
}

/** A real registry behind a door like that of a provider. */
export function gateOf({ host, gate, account, refusals, backend }: GateOptions): Gate {
  const basic = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString('base64')}`;
  /** By token, the scopes that it was given for. */
  const tokens = new Map<string, readonly string[]>();
  const lets = ({ headers }: Request, scope: string): boolean => {
    if (headers.authorization === basic) return gate.kind === 'basic' || gate.besides !== undefined;
    if (gate.kind === 'basic') return false;
    const scopes = tokens.get((headers.authorization ?? '').replace(/^Bearer /u, ''));
    return scopes !== undefined && (gate.scope !== undefined || scope === '' || covers(scopes, scope));
  };
  const challengeFor = (scope: string, error = ''): NonNullable<PlainAnswer['headers']> => {
    if (gate.kind === 'basic') return { 'www-authenticate': gate.challenge };
    const named = gate.scope ?? scope;
    const bearer = `Bearer realm="${gate.realm}",service="${gate.service}"${named === '' ? '' : `,scope="${named}"`}${error}`;
    return { 'www-authenticate': gate.besides === undefined ? bearer : [bearer, gate.besides] };
  };
  const registry: Site = {
    host,
    serves: (_, url) => url.pathname.startsWith('/v2/'),
    answer: async (request, response) => {
      const { method, url } = request;
      const scope = scopeOf(method, url);
      const body = { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required', detail: null }] };
      if (!lets(request, scope)) {
        const refusal = gate.kind === 'basic' ? gate.refusal : { status: 401, body };
        send(response, method, { ...refusal, headers: { ...refusal.headers, ...challengeFor(scope) } });
        return;
      }
      const refused = refusals.find((one) => isRefused(one, method, url));
      if (refused) {
        // The engine is heard out first: who answers and hangs up early looks like a cut line instead.
        await request.text();
        const challenge = challengeFor(scope, ',error="insufficient_scope"');
        send(response, method, refused.at === 'scope' ? { status: 401, headers: challenge, body } : refused.answer);
      } else if (url.pathname.endsWith('/tags/list')) send(response, method, await tagsPage(backend, url));
      else await forward(request, response, backend, host);
    },
  };
  if (gate.kind === 'basic') return { sites: [registry], tokens: [], lets };
  const realm = new URL(gate.realm);
  const tokenServer: Site = {
    host: realm.host,
    serves: (_, { pathname }) => pathname === realm.pathname,
    answer: async (request, response) => {
      const { method, url, headers } = request;
      await request.text();
      const scopes = url.searchParams.getAll('scope').flatMap((scope) => scope.split(' '));
      const refused = refusals.find(
        (one) => one.at === 'token' && scopes.some((scope) => scope.includes(`:${one.path}:`)),
      );
      if (method !== 'GET') send(response, method, { status: gate.post ?? 405 });
      else if (headers.authorization !== basic) send(response, method, gate.refusal);
      else if (url.searchParams.get('service') !== gate.service) throw new Error('another service was asked for');
      else if (refused?.at === 'token') send(response, method, refused.answer);
      else {
        const token = `granted-${randomUUID()}`;
        tokens.set(token, scopes);
        // Azure's has the second name alone, most have the first.
        send(response, method, { status: 200, body: { token, access_token: token, expires_in: 300 } });
      }
    },
  };
  return {
    sites: [tokenServer, registry],
    get tokens() {
      return [...tokens.keys()];
    },
    lets,
  };
}

/** What a request needs (https://distribution.github.io/distribution/spec/auth/scope/); empty for the greeting. */
function scopeOf(method: string, { pathname }: URL): string {
  if (pathname === '/v2/_catalog') return 'registry:catalog:*';
  const [, path] = /^\/v2\/(.+?)\/(?:blobs|manifests|tags)\//u.exec(pathname) ?? [];
  if (path === undefined) return '';
  return `repository:${path}:${method === 'GET' || method === 'HEAD' ? 'pull' : 'push'}`;
}

function covers(granted: readonly string[], wanted: string): boolean {
  const colon = wanted.lastIndexOf(':');
  return granted.some((scope) => {
    const at = scope.lastIndexOf(':');
    return (
      scope.slice(0, at) === wanted.slice(0, colon) &&
      scope
        .slice(at + 1)
        .split(',')
        .includes(wanted.slice(colon + 1))
    );
  });
}

function isRefused({ at, path }: GateRefusal, method: string, { pathname }: URL): boolean {
  const [name = '', tag] = path.split(':');
  if (at === 'upload' || at === 'scope') return method === 'POST' && pathname.startsWith(`/v2/${name}/blobs/uploads/`);
  return at === 'manifest' && method === 'PUT' && pathname === `/v2/${name}/manifests/${tag ?? ''}`;
}

/**
 * The registry behind gives all tags at once and in no order; here they come as they do elsewhere
 * (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags).
 */
async function tagsPage(backend: string, { pathname, searchParams }: URL): Promise<PlainAnswer> {
  const answer = await fetch(backend + pathname);
  if (answer.status !== 200) return { status: answer.status, body: (await answer.json()) as object };
  const { name, tags } = (await answer.json()) as { name: string; tags: readonly string[] };
  const limit = Number(searchParams.get('n') ?? tags.length);
  const rest = tags.toSorted().filter((tag) => tag > (searchParams.get('last') ?? ''));
  const page = rest.slice(0, limit);
  const link = `<${pathname}?n=${limit}&last=${page.at(-1) ?? ''}>; rel="next"`;
  return { status: 200, ...(rest.length > limit && { headers: { link } }), body: { name, tags: page } };
}

/** To the registry behind, which writes its addresses as those of the host before it. */
function forward(
  { method, url, headers, incoming }: Request,
  response: http.ServerResponse,
  backend: string,
  host: string,
): Promise<void> {
  const own = { ...headers, host, 'x-forwarded-proto': 'https' };
  delete own.authorization;
  return new Promise((resolve, reject) => {
    const sent = http.request(backend + url.pathname + url.search, { method, headers: own });
    sent.once('error', reject);
    sent.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response).once('error', reject).once('close', resolve);
    });
    incoming.pipe(sent);
  });
}
