import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';

/** A registry, and what lets one in. */
export interface Place {
  /** `http://` or `https://` and the host. */
  readonly url: string;
  /** As it stands in the header. */
  readonly authorization?: string;
}

export interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
export const ociIndex = 'application/vnd.oci.image.index.v1+json';

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Uploads a blob as the protocol has it, not with the client under test. */
export async function putBlob(place: Place, path: string, mediaType: string, bytes: Buffer): Promise<Content> {
  const { location } = await send(place, 'POST', `/v2/${path}/blobs/uploads/`, { status: 202 });
  const upload = new URL(location ?? '', place.url);
  upload.searchParams.set('digest', digestOf(bytes));
  const type = 'application/octet-stream';
  await send(place, 'PUT', upload.pathname + upload.search, { status: 201, type, bytes });
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

/** Puts a manifest under a tag or its digest. */
export async function putManifest(place: Place, path: string, name: string, body: object): Promise<Content> {
  const mediaType = 'mediaType' in body ? String(body.mediaType) : ociManifest;
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...body }));
  const digest = digestOf(bytes);
  await send(place, 'PUT', `/v2/${path}/manifests/${name || digest}`, { status: 201, type: mediaType, bytes });
  return { mediaType, digest, size: bytes.length };
}

/** Puts an image of one layer under these tags; what differs in `config` makes another image. */
export async function putImage(
  place: Place,
  path: string,
  tags: readonly string[],
  config: object = { os: 'linux', architecture: 'amd64' },
): Promise<{ descriptor: Content; config: Content; layers: Content[] }> {
  const layers = [await putBlob(place, path, 'application/vnd.oci.image.layer.v1.tar', Buffer.alloc(1_024))];
  const bytes = Buffer.from(JSON.stringify(config));
  const described = await putBlob(place, path, 'application/vnd.oci.image.config.v1+json', bytes);
  let descriptor: Content | undefined;
  for (const tag of tags) descriptor = await putManifest(place, path, tag, { config: described, layers });
  return { descriptor: descriptor!, config: described, layers };
}

/** Sends one request; rejects unless the answer has this status. */
async function send(
  { url, authorization }: Place,
  method: string,
  path: string,
  { status, type, bytes }: { status: number; type?: string; bytes?: Buffer },
): Promise<http.IncomingHttpHeaders> {
  const request = url.startsWith('https:') ? https.request : http.request;
  const headers = {
    ...(type !== undefined && { 'content-type': type }),
    ...(authorization !== undefined && { authorization }),
    'content-length': bytes?.length ?? 0,
  };
  return new Promise((resolve, reject) => {
    const sent = request(url + path, { method, headers, rejectUnauthorized: false }, (response) => {
      response.resume();
      if (response.statusCode === status) resolve(response.headers);
      else reject(new Error(`${method} ${path}: ${response.statusCode}`));
    });
    sent.on('error', reject);
    sent.end(bytes);
  });
}
