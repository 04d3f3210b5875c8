import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a registry answered: one that is real, or one that a script plays. */
export interface RegistryAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty for HEAD. */
  readonly body: Buffer;
}

interface Documented {
  /** Of method and path with query. */
  readonly request: RegExp;
  readonly statuses: readonly number[];
  readonly check: (answer: RegistryAnswer, line: string) => void;
}

const digest = /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/u;
const codes = new Set([
  ...['BLOB_UNKNOWN', 'BLOB_UPLOAD_INVALID', 'BLOB_UPLOAD_UNKNOWN', 'DIGEST_INVALID', 'MANIFEST_BLOB_UNKNOWN'],
  ...['MANIFEST_INVALID', 'MANIFEST_UNKNOWN', 'NAME_INVALID', 'NAME_UNKNOWN', 'SIZE_INVALID', 'UNAUTHORIZED', 'DENIED'],
  ...['UNSUPPORTED', 'TOOMANYREQUESTS'],
  // distribution's own: https://distribution.github.io/distribution/spec/api/#errors-2
  ...['TAG_INVALID', 'PAGINATION_NUMBER_INVALID', 'UNKNOWN'],
]);

/**
 * What the conformance suite of the specification asks of a registry (https://github.com/opencontainers/distribution-spec/tree/v1.1.1/conformance),
 * for the requests that this client sends. The suite tests registries; here it keeps the scripted ones as strict as those.
 */
const documented: readonly Documented[] = [
  { request: /^GET \/v2\/$/u, statuses: [200], check: () => undefined },
  { request: /^(?:GET|HEAD) \S+\/manifests\//u, statuses: [200], check: isManifest },
  { request: /^(?:GET|HEAD) \S+\/blobs\/sha/u, statuses: [200], check: isContent },
  { request: /^GET \S+\/tags\/list/u, statuses: [200], check: isTagList },
  { request: /^GET \S+\/referrers\//u, statuses: [200], check: isReferrers },
  { request: /^POST \S+\/blobs\/uploads\/$/u, statuses: [202], check: ({ headers }) => assert.ok(headers.location) },
  { request: /^PUT \S+\/manifests\//u, statuses: [201], check: ({ headers }) => assert.ok(headers.location) },
  { request: /^DELETE \S+\/(?:manifests|blobs)\//u, statuses: [202], check: () => undefined },
  { request: /^DELETE \S+\/manifests\//u, statuses: [400, 405], check: isError },
  { request: /^HEAD \S+\/(?:manifests|blobs)\//u, statuses: [404], check: isBare },
  { request: /^(?:GET|PUT|POST|DELETE) /u, statuses: [400, 401, 403, 404, 405, 429], check: isError },
];

/** @throws AssertionError if no registry that conforms answers a request like this */
export function checkAnswer(line: string, answer: RegistryAnswer): void {
  const rules = documented.filter(({ request, statuses }) => request.test(line) && statuses.includes(answer.status));
  assert.ok(rules[0], `${line}: the status ${answer.status} is not documented`);
  rules[0].check(answer, line);
}

function isBare({ body }: RegistryAnswer): void {
  assert.equal(body.length, 0);
}

function isError({ body }: RegistryAnswer): void {
  const { errors } = JSON.parse(body.toString()) as { errors: { code: string }[] };
  assert.ok(errors.length > 0);
  for (const { code } of errors) assert.ok(codes.has(code), code);
}

/** The digest need not be stated; where it is, it is that of the bytes, and the one that was asked for. */
function isContent({ headers, body }: RegistryAnswer, line: string): void {
  const stated = headers['docker-content-digest'];
  const asked = /(?:manifests|blobs)\/(sha\d+:[^?]+)/u.exec(line)?.[1];
  if (stated !== undefined) assert.match(String(stated), digest);
  if (asked !== undefined) assert.equal(stated ?? asked, asked);
  assert.ok(Number(headers['content-length']) >= 0, 'the length is stated');
  if (line.startsWith('HEAD ')) return;
  const [algorithm = ''] = (asked ?? String(stated ?? 'sha256:')).split(':');
  const actual = `${algorithm}:${createHash(algorithm).update(body).digest('hex')}`;
  assert.equal(asked ?? stated ?? actual, actual);
  assert.equal(body.length, Number(headers['content-length']));
}

function isManifest(answer: RegistryAnswer, line: string): void {
  isContent(answer, line);
  const { 'content-type': type = '' } = answer.headers;
  if (line.startsWith('HEAD ')) return;
  const manifest = JSON.parse(answer.body.toString()) as { schemaVersion: number; mediaType?: string };
  assert.equal(manifest.schemaVersion, 2);
  assert.equal(type.split(';')[0], manifest.mediaType ?? type.split(';')[0]);
}

/** That `n` and `last` are heeded, and the order, is not asked: distribution 2.8 gives all tags at once, in any order. */
function isTagList({ headers, body }: RegistryAnswer, line: string): void {
  const { pathname } = new URL(line.slice('GET '.length), 'http://registry.test');
  const { name, tags } = JSON.parse(body.toString()) as { name: string; tags: string[] };
  assert.equal(`/v2/${name}/tags/list`, pathname);
  for (const tag of tags) assert.match(tag, /^\w[\w.-]{0,127}$/u);
  assert.equal(new Set(tags).size, tags.length);
  if (headers.link !== undefined) assert.match(String(headers.link), /^<[^>]+>; rel="next"$/u);
}

function isReferrers({ headers, body }: RegistryAnswer): void {
  assert.equal(headers['content-type'], 'application/vnd.oci.image.index.v1+json');
  const { schemaVersion, manifests } = JSON.parse(body.toString()) as { schemaVersion: number; manifests: object[] };
  assert.equal(schemaVersion, 2);
  assert.ok(Array.isArray(manifests));
}
