import type { Endpoint } from './endpoint.ts';
import { EngineError } from './engine-error.ts';

const forms = 'unix:///path, npipe:////./pipe/name, tcp://host:port or ssh://user@host';

/** The Docker CLI's port for tcp:// without one, plain and with TLS. */
const defaultPorts = { plain: 2375, tls: 2376 };

export const defaultSocket = '/var/run/docker.sock';
const defaultPipe = '//./pipe/docker_engine';

/** Where the Docker CLI looks when nothing says otherwise. */
export function platformDefault(platform: NodeJS.Platform): Endpoint {
  return platform === 'win32' ? { kind: 'npipe', path: defaultPipe } : { kind: 'unix', path: defaultSocket };
}

/**
 * Reads an address as the Docker CLI takes it in DOCKER_HOST and `docker context create --docker host=…`; one without
 * a scheme is tcp. TLS of a tcp address is said beside it, never in it.
 *
 * @param where names in messages what holds the address, as `DOCKER_HOST`
 * @throws EngineError `engine-endpoint-invalid`
 */
export function parseAddress(text: string, where: string, tls: boolean): Endpoint {
  const address = text.trim();
  const scheme = /^([a-z]+):\/\//iu.exec(address);
  const rest = address.slice(scheme?.[0].length ?? 0);
  switch (scheme?.[1]?.toLowerCase() ?? 'tcp') {
    case 'unix':
      return { kind: 'unix', path: absolute(rest === '' ? defaultSocket : rest, where) };
    case 'npipe':
      return { kind: 'npipe', path: pipe(rest === '' ? defaultPipe : rest, where) };
    case 'tcp':
      return { kind: 'tcp', ...hostAndPort(rest, where, tls) };
    case 'ssh':
      return { kind: 'ssh', ...sshTarget(rest, where) };
    case 'http':
    case 'https':
      throw invalid(where, 'starts with http. Write tcp:// instead; certificates are named beside the address.');
    default:
      throw invalid(where, `has an unknown scheme. It can be ${forms}.`);
  }
}

/** The address as DOCKER_HOST takes it. It holds no secret. */
export function formatAddress(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'unix':
      return `unix://${endpoint.path}`;
    case 'npipe':
      return `npipe://${endpoint.path}`;
    case 'tcp':
      return `tcp://${bracketed(endpoint.host)}:${endpoint.port}`;
    case 'ssh': {
      const user = endpoint.user === undefined ? '' : `${endpoint.user}@`;
      const port = endpoint.port === undefined ? '' : `:${endpoint.port}`;
      return `ssh://${user}${bracketed(endpoint.host)}${port}${endpoint.socketPath ?? ''}`;
    }
  }
}

/** A socket or a pipe of this machine; a pipe can also be another machine's. */
export function isLocal(endpoint: Endpoint): boolean {
  return endpoint.kind === 'unix' || (endpoint.kind === 'npipe' && endpoint.path.startsWith('//./'));
}

function absolute(path: string, where: string): string {
  if (!path.startsWith('/') || path.includes('\0')) throw invalid(where, 'needs an absolute path, as unix:///path.');
  return path;
}

function pipe(path: string, where: string): string {
  const slashed = path.replaceAll('\\', '/');
  if (!/^\/\/[^/\0]+\/pipe\/[^/\0]/u.test(slashed)) throw invalid(where, `needs a pipe, as npipe://${defaultPipe}.`);
  return slashed;
}

function hostAndPort(text: string, where: string, tls: boolean): { host: string; port: number } {
  const trimmed = text.replace(/\/$/u, '');
  if (trimmed.includes('@')) throw invalid(where, 'holds a user or a password, which an engine on TCP does not take.');
  if (trimmed.includes('/')) throw invalid(where, 'has a path after host and port, which cannot be used.');
  const { host, port } = split(trimmed, where);
  return { host: host === '' ? '127.0.0.1' : host, port: port ?? (tls ? defaultPorts.tls : defaultPorts.plain) };
}

/** `[user@]host[:port][/socket]`. All of it becomes arguments of `ssh` and, the socket, of the remote shell. */
function sshTarget(text: string, where: string): Omit<Extract<Endpoint, { kind: 'ssh' }>, 'kind'> {
  const slash = text.indexOf('/');
  const authority = slash === -1 ? text : text.slice(0, slash);
  const socketPath = slash === -1 ? '' : text.slice(slash).replace(/^\/$/u, '');
  const at = authority.lastIndexOf('@');
  const user = at === -1 ? undefined : authority.slice(0, at);
  if (user?.includes(':')) throw invalid(where, 'holds a password. Use a key and an SSH agent instead.');
  if (user !== undefined && !/^[\w.+][\w.+\\-]*$/u.test(user))
    throw invalid(where, 'has a user name that ssh cannot take.');
  const { host, port } = split(authority.slice(at + 1), where);
  if (host === '') throw invalid(where, 'names no host, as in ssh://user@host.');
  if (socketPath !== '' && !/^[\w./-]+$/u.test(socketPath))
    throw invalid(where, 'has a socket path with characters other than letters, digits and . _ - /.');
  return {
    ...(user !== undefined && { user }),
    host,
    ...(port !== undefined && { port }),
    ...(socketPath !== '' && { socketPath }),
  };
}

/** `host`, `host:port`, `[address]`, `[address]:port`, `:port`. A host never starts with a dash. */
function split(text: string, where: string): { host: string; port: number | undefined } {
  const match = /^(?:\[(?<address>[0-9a-f:.]+(?:%[\w.-]+)?)\]|(?<host>(?:\w[\w.-]*)?))(?::(?<port>\d{1,5}))?$/iu.exec(
    text,
  );
  if (!match?.groups) throw invalid(where, `is not an address. It can be ${forms}.`);
  const { address, host, port } = match.groups;
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && (number < 1 || number > 65_535)) throw invalid(where, 'has a port outside 1 to 65535.');
  return { host: address ?? host ?? '', port: number };
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function invalid(where: string, what: string): EngineError {
  return new EngineError('engine-endpoint-invalid', `The engine's address in ${where} ${what}`);
}
