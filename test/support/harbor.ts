import type { IncomingMessage, ServerResponse } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import type { Account } from './main-job.ts';
import { type RunningProxy, startProxy } from './slow-proxy.ts';

export interface RunningHarbor extends RunningProxy {
  /** The projects that are there. */
  readonly projects: Set<string>;
  /** What rules make immutable once it is there, as `project/name:tag`. */
  readonly immutable: Set<string>;
  /** Whether the account may create projects. */
  mayCreate: boolean;
  /** Whether it creates projects and never says so. */
  staysSilent: boolean;
  /** Requests to its API that this one does not speak. */
  /** By an artifact's digest, what its scanner found; what is not there was not scanned. */
  readonly reports: Map<string, readonly object[]>;
  readonly unexpected: readonly string[];
}

const api = '/api/v2.0/';
const reportType = 'application/vnd.security.vulnerability.report; version=1.1';
const scans =
  /^\/api\/v2\.0\/projects\/[^/]+\/repositories\/[^/]+\/artifacts\/(?<digest>sha256:[0-9a-f]{64})(?<wanted>\?with_scan_overview=true|\/additions\/vulnerabilities)$/u;
const artifacts = /^\/api\/v2\.0\/projects\/(?<project>[^/]+)\/repositories\/(?<name>[^/]+)\/artifacts\?(?<query>.*)$/u;

/**
 * Harbor as its documentation has it, as far as pushes need it, in front of a real registry: its own API on the same host
 * (https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml), and its refusals of a project that is not there and
 * of a tag that a rule makes immutable.
 *
 * @param target a registry that lets this account in by its password
 */
export async function startHarbor({ target, account }: { target: string; account: Account }): Promise<RunningHarbor> {
  const { user, password } = account;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const projects = new Set<string>();
  const immutable = new Set<string>();
  const reports = new Map<string, readonly object[]>();
  const unexpected: string[] = [];

  const digestOf = async (path: string, tag: string): Promise<string | undefined> => {
    const accept = ['oci.image.index.v1', 'oci.image.manifest.v1', 'docker.distribution.manifest.v2'];
    const headers = { authorization, accept: accept.map((type) => `application/vnd.${type}+json`).join(', ') };
    const answer = await fetch(`http://${target}/v2/${path}/manifests/${tag}`, { method: 'HEAD', headers });
    return answer.headers.get('docker-content-digest') ?? undefined;
  };

  const listOf = async <T>(list: string): Promise<T> =>
    (await (await fetch(`http://${target}/v2/${list}`, { headers: { authorization } })).json()) as T;

  const artifactsIn = async (path: string): Promise<object[]> => {
    const { tags } = await listOf<{ tags: string[] }>(`${path}/tags/list`);
    return Promise.all(tags.map(async (name) => ({ digest: await digestOf(path, name), tags: [{ name }] })));
  };

  const scanOf = (digest: string, wanted: string): object => {
    const vulnerabilities = reports.get(digest);
    const scanner = { name: 'Trivy', version: 'v0.58.1' };
    if (wanted === '/additions/vulnerabilities')
      return { [reportType]: { generated_at: '2026-01-05T21:06:53Z', scanner, vulnerabilities } };
    const overview = { scan_status: 'Success', end_time: '2026-01-05T21:06:53Z', scanner, summary: null };
    return { digest, ...(vulnerabilities && { scan_overview: { [reportType]: overview } }) };
  };

  const answerApi = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<ServerResponse> => {
    const { method = '', url = '' } = incoming;
    if (incoming.headers.authorization !== authorization) return refuse(outgoing, 401, 'UNAUTHORIZED', 'unauthorized');
    const scanned = scans.exec(url)?.groups;
    if (method === 'GET' && scanned) return say(outgoing, 200, scanOf(scanned.digest ?? '', scanned.wanted ?? ''));
    const { project = '', name = '', query = '' } = artifacts.exec(url)?.groups ?? {};
    if (method === 'GET' && project !== '') {
      if (!projects.has(project)) return refuse(outgoing, 404, 'NOT_FOUND', `project ${project} not found`);
      const tag = /^tags=(.+)$/u.exec(new URLSearchParams(query).get('q') ?? '')?.[1] ?? '';
      // A slash in the name is encoded twice over.
      const path = `${project}/${decodeURIComponent(decodeURIComponent(name))}`;
      if (tag === '*') return say(outgoing, 200, await artifactsIn(path));
      const digest = await digestOf(path, tag);
      const tags = [{ name: tag, immutable: immutable.has(`${path}:${tag}`) }];
      return say(outgoing, 200, digest === undefined ? [] : [{ digest, tags }]);
    }
    if (method === 'GET' && url.startsWith(`${api}repositories?`)) {
      const { repositories = [] } = await listOf<{ repositories?: string[] }>('_catalog');
      return say(
        outgoing,
        200,
        repositories.map((one) => ({ name: one })),
      );
    }
    if (method === 'POST' && url === `${api}projects`) {
      const { project_name } = (await readJson(incoming)) as { project_name: string };
      if (!client.mayCreate) return refuse(outgoing, 403, 'FORBIDDEN', 'Only system admin can create project');
      if (projects.has(project_name)) return refuse(outgoing, 409, 'CONFLICT', `The project ${project_name} exists`);
      projects.add(project_name);
      return client.staysSilent ? outgoing : say(outgoing, 201);
    }
    unexpected.push(`${method} ${url}`);
    return refuse(outgoing, 501, 'UNKNOWN', 'the test does not speak this');
  };

  const own = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<boolean> => {
    const { method = '', url = '' } = incoming;
    if (url.startsWith(api)) {
      await answerApi(incoming, outgoing);
      return true;
    }
    const [, path = '', place = '', last = ''] = /^\/v2\/(.+)\/(blobs|manifests|tags)\/([^?]*)/u.exec(url) ?? [];
    const project = path.split('/')[0] ?? '';
    if (project !== '' && !projects.has(project) && incoming.headers.authorization === authorization) {
      outgoing.setHeader('www-authenticate', 'Basic realm="harbor"');
      refuse(outgoing, 401, 'UNAUTHORIZED', `project ${project} not found`);
      return true;
    }
    const isPut = method === 'PUT' && place === 'manifests' && immutable.has(`${path}:${last}`);
    if (!isPut || (await digestOf(path, last)) === undefined) return false;
    const name = `${path.slice(project.length + 1)}:${last}`;
    refuse(outgoing, 412, 'PRECONDITION', `Failed to process request due to '${name}' configured as immutable.`);
    return true;
  };

  const proxy = await startProxy({ target, own });
  // The getters of the proxy stay getters.
  const client: RunningHarbor = Object.assign(Object.create(proxy) as RunningProxy, {
    ...{ projects, immutable, reports, unexpected, mayCreate: true, staysSilent: false },
  });
  return client;
}

function say(outgoing: ServerResponse, status: number, body?: unknown): ServerResponse {
  outgoing.writeHead(status, { 'content-type': 'application/json' });
  return outgoing.end(body === undefined ? undefined : JSON.stringify(body));
}

function refuse(outgoing: ServerResponse, status: number, code: string, message: string): ServerResponse {
  return say(outgoing, status, { errors: [{ code, message }] });
}
