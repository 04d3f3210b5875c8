import { messageOf, redacted } from '../base/index.ts';
import { apiHost } from '../reference/index.ts';
import { RegistryError, type RegistryErrorCode, type RegistryFacts } from './errors.ts';

/** The host at which something went wrong, as a user can place it. */
export function named(host: string, url: URL): string {
  return url.host === hostOf(apiHost(host), url.protocol) ? host : `${url.host}, to which ${host} refers,`;
}

/** As a URL writes a host: without the protocol's own port. */
function hostOf(registry: string, protocol: string): string {
  const url = `${protocol}//${registry}`;
  return URL.canParse(url) ? new URL(url).host : registry;
}

/**
 * What went wrong before there was an answer. Node's codes, and OpenSSL's and BoringSSL's: VS Code comes with the latter.
 *
 * @param trustsFile whether a certificate is named for this registry
 */
export function connectionError(
  error: unknown,
  { host, method, url, trustsFile }: { host: string; method: string; url: URL; trustsFile: boolean },
): RegistryError {
  const { code, message, temporary = false } = meaning(error, named(host, url), trustsFile);
  // With a fault in HTTP, Node keeps the bytes it received, and the other side may repeat the password it was sent.
  if (error instanceof Error) Reflect.deleteProperty(error, 'rawPacket');
  const facts: RegistryFacts = { host, method, url, temporary, cause: error };
  return new RegistryError(code, message, facts);
}

function meaning(
  error: unknown,
  where: string,
  trustsFile: boolean,
): { code: RegistryErrorCode; message: string; temporary?: boolean } {
  // A certificate's names, which Node quotes, are the other side's words; Node's advice is for those who start it.
  const words = redacted(messageOf(error), 300).replace(/; if the root CA .*$/u, '');
  const code = codeOf(error);
  if (/wrong.version.number|packet.length.too.long|http.?request/iu.test(`${code} ${words}`))
    return {
      code: 'plain-http',
      message: `${where} does not speak HTTPS but, it seems, plain HTTP. Give it a certificate, or set its transport to plain HTTP if everybody on the way may read what is sent.`,
    };
  if (/CERT|UNABLE_TO_|HOSTNAME_MISMATCH/u.test(code))
    return {
      code: 'certificate-untrusted',
      message: `The certificate of ${where} is not trusted here (${words}). ${certificateRemedy(code, trustsFile)}`,
    };
  if (code.startsWith('HPE_'))
    return { code: 'not-a-registry', message: `${where} answers, but not in HTTP. Check the address and the port.` };
  return {
    code: 'registry-unreachable',
    message: `${where} cannot be reached: ${reason(code, words)}`,
    temporary: true,
  };
}

function certificateRemedy(code: string, trustsFile: boolean): string {
  if (/EXPIRED|NOT_YET_VALID/u.test(code)) return 'The registry needs a valid one.';
  if (/ALTNAME|HOSTNAME_MISMATCH/u.test(code)) return 'The registry needs one for this name.';
  if (trustsFile) return 'The file in dockerPush.registryCertificates is not that of its authority.';
  return 'Add its authority to those that this machine trusts, or its file to dockerPush.registryCertificates.';
}

function reason(code: string, words: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens at that address and port. Check that the registry runs, and its address.';
    case 'ENOTFOUND':
      return 'no host of that name is known. Check the name, and the network.';
    case 'EAI_AGAIN':
      return 'its name could not be looked up. Check the network.';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the connection broke before there was an answer.';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no way to that host. Check the network, and its address.';
    default:
      return `${words}.`;
  }
}

/** Node's code of an error, the first of several; empty if it has none. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(codeOf).find((code) => code !== '') ?? '';
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
