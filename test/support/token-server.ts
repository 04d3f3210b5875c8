import { randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { type Certificate, selfSigned } from './certificate.ts';
import { listen } from './http-server.ts';

export interface TokenUser {
  readonly password: string;
  /** What serves in the password's stead, by POST. */
  readonly identityToken?: string;
  /** By `repository:acme/api` or `registry:catalog`: the actions that are granted. */
  readonly rights: Readonly<Record<string, readonly string[]>>;
}

export interface TokenServer {
  /** The token server's address. */
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** What its tokens are signed with (PEM). */
  readonly certificate: string;
  /** `METHOD user scope scope…` of each token that was granted so far. */
  readonly granted: readonly string[];
  readonly stop: () => Promise<void>;
}

const service = 'registry.test';
const issuer = 'tokens.test';

/**
 * Starts a server that grants tokens which a real registry accepts
 * (https://distribution.github.io/distribution/spec/auth/jwt/): to users by GET with a password, or by POST with an
 * identity token, for several scopes at a time. Anything else is refused.
 */
export async function startTokenServer(users: Readonly<Record<string, TokenUser>>): Promise<TokenServer> {
  const key = selfSigned([issuer]);
  const granted: string[] = [];
  const serve = async (request: IncomingMessage): Promise<{ status: number; body: object }> => {
    const url = new URL(request.url ?? '', 'http://tokens.test');
    const form = new URLSearchParams((await request.toArray()).join(''));
    const isPost = request.method === 'POST';
    const name = isPost ? byIdentity(users, form.get('refresh_token')) : byPassword(users, request);
    if (name === undefined) return { status: 401, body: { details: 'incorrect username or password' } };
    const scopes = isPost ? (form.get('scope') ?? '').split(' ').filter(Boolean) : url.searchParams.getAll('scope');
    if ((isPost ? form.get('service') : url.searchParams.get('service')) !== service)
      return { status: 400, body: { details: 'no such service' } };
    granted.push([request.method, name, ...scopes].join(' '));
    const access = scopes.map((scope) => allowed(scope, users[name]!));
    const token = tokenOf(name, access, key);
    return { status: 200, body: isPost ? { access_token: token } : { token } };
  };
  const server = await listen(
    createServer((request, response) => {
      void serve(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    }),
  );
  return { realm: `${server.url}/token`, service, issuer, certificate: key.cert, granted, stop: server.close };
}

function byPassword(users: Readonly<Record<string, TokenUser>>, { headers }: IncomingMessage): string | undefined {
  const basic = /^Basic (.*)$/u.exec(headers.authorization ?? '')?.[1] ?? '';
  const [name = '', password] = Buffer.from(basic, 'base64').toString().split(/:(.*)/su);
  return users[name]?.password === password ? name : undefined;
}

function byIdentity(users: Readonly<Record<string, TokenUser>>, token: string | null): string | undefined {
  return Object.keys(users).find((name) => token !== null && users[name]!.identityToken === token);
}

interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

function allowed(scope: string, { rights }: TokenUser): Access {
  const [type = '', ...rest] = scope.split(':');
  const actions = rest.pop()?.split(',') ?? [];
  const name = rest.join(':');
  const right = rights[`${type}:${name}`] ?? [];
  return { type, name, actions: actions.filter((action) => right.includes(action)) };
}

function tokenOf(subject: string, access: readonly Access[], { key, cert }: Certificate): string {
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const x5c = [cert.replace(/-----[^-]*-----|\s/gu, '')];
  const now = Math.floor(Date.now() / 1_000);
  const times = { nbf: now - 60, iat: now, exp: now + 300 };
  const claims = { iss: issuer, sub: subject, aud: service, jti: randomUUID(), ...times, access };
  const signed = `${encoded({ typ: 'JWT', alg: 'ES256', x5c })}.${encoded(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}
