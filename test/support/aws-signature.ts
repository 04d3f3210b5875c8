import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * What is wrong with how a request is signed, as AWS would check it
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html); undefined for nothing.
 *
 * @param scope `eu-central-1/ecr`
 */
export function signatureFault(
  request: IncomingMessage,
  body: string,
  scope: string,
  { accessKeyId, secretAccessKey, sessionToken }: AwsKeys,
): string | undefined {
  const { method = '', url = '', headers } = request;
  const form =
    /^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)\/(?<date>\d{8})\/(?<scope>.+)\/aws4_request, SignedHeaders=(?<names>[\w;-]+), Signature=(?<signature>[0-9a-f]{64})$/u;
  const { id, date = '', scope: sent, names = '', signature } = form.exec(headers.authorization ?? '')?.groups ?? {};
  if (signature === undefined) return `the header is ${headers.authorization ?? 'absent'}`;
  if (id !== accessKeyId) return `the access key is ${id ?? ''}`;
  if (sent !== scope) return `the scope is ${sent ?? ''}`;
  if (headers['x-amz-security-token'] !== sessionToken) return 'the session token is another';
  const path = url.split('?');
  const lines = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path[0], path[1] ?? '', lines.join(''), names, sha256(body)].join('\n');
  const time = String(headers['x-amz-date']);
  const whole = ['AWS4-HMAC-SHA256', time, `${date}/${scope}/aws4_request`, sha256(canonical)].join('\n');
  let key: string | Buffer = `AWS4${secretAccessKey}`;
  for (const part of [date, ...scope.split('/'), 'aws4_request']) key = hmac(key, part);
  return hmac(key, whole).toString('hex') === signature ? undefined : 'the signature does not fit the request';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
