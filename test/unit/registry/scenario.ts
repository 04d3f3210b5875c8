import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { parseReference, type Reference } from '../../../src/reference/index.ts';
import { RegistryError } from '../../../src/registry/index.ts';
import { ociManifest } from '../../../src/registry/media-types.ts';
import { type ScriptedServer, startScripted, type Step, type StepAnswer } from '../../support/registry-server.ts';
import type { Certificate } from '../../support/certificate.ts';

const started: ScriptedServer[] = [];

/** Starts a scripted server that `finishAll` stops. */
export async function scripted(certificate?: Certificate): Promise<ScriptedServer> {
  const server = await startScripted(certificate);
  started.push(server);
  return server;
}

/** For afterEach: every script was played to its end, and nothing else came. */
export async function finishAll(): Promise<void> {
  const results = await Promise.allSettled(started.splice(0).map((server) => server.finish()));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Any name leads to this machine, as a registry elsewhere would be reached by its name. */
export const lookup: LookupFunction = (_, options, callback) => {
  const address = { address: '127.0.0.1', family: 4 };
  if (options.all) callback(null, [address]);
  else callback(null, address.address, address.family);
};

export const body = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: ociManifest,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'a'.repeat(64)}`, size: 10 },
    layers: [],
  }),
);
export const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
export const descriptor = { mediaType: ociManifest, digest, size: body.length };

export const head = 'HEAD /v2/acme/api/manifests/1.0';
export const get = 'GET /v2/acme/api/manifests/1.0';
export const ping = 'GET /v2/';

/** The manifest's answer, to GET and to HEAD. */
export function served(headers: Record<string, string> = {}): StepAnswer {
  return { status: 200, headers: { 'content-type': ociManifest, 'docker-content-digest': digest, ...headers }, body };
}

export const pinged: Step = { request: ping, answer: { status: 200, body: {} } };

export function tag(host: string): Reference {
  return parseReference(`${host}/acme/api:1.0`);
}

/** The RegistryError with which this rejects. */
export async function failure(promise: Promise<unknown>): Promise<RegistryError> {
  const error: unknown = await promise.then(
    (value) => assert.fail(`it gave ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RegistryError)) throw error;
  assert.equal(error.side, 'registry');
  return error;
}
