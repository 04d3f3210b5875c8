import { messageOf, redacted } from '../../base/index.ts';
import { codeOf } from '../connection-errors.ts';
import { RegistryError, type RegistryErrorCode } from '../errors.ts';

interface Meaning {
  readonly code: RegistryErrorCode;
  readonly message: string;
}

/** The SDK's words where all sources of credentials are empty. */
const nothingFound = 'Could not load credentials from any providers';
const none: Meaning = {
  code: 'unauthorized',
  message: 'This machine has no AWS credentials. Sign in to AWS, as with "aws sso login", or set AWS_PROFILE.',
};
const expired: Meaning = {
  code: 'unauthorized',
  message: 'The AWS sign-in on this machine has expired. Sign in to AWS again, as with "aws sso login".',
};
const unknown: Meaning = {
  code: 'unauthorized',
  message: 'AWS did not accept the credentials of this machine. Check the AWS profile, and sign in to AWS again.',
};
const denied: Meaning = { code: 'denied', message: 'AWS does not allow this.' };
const throttled: Meaning = { code: 'rate-limited', message: 'AWS takes no more requests for now. Try again later.' };
const unreachable: Meaning = {
  code: 'registry-unreachable',
  message: 'AWS cannot be reached. Check the network, and the proxy if there is one.',
};

/**
 * By the name of the SDK's error. The second form of a name is that of STS, which is asked for roles:
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html,
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
const meanings = new Map<string, Meaning>([
  [
    'CredentialProcessError',
    {
      code: 'unauthorized',
      message:
        'The program that the AWS profile names (credential_process) failed. Run it in a terminal to see what is wrong.',
    },
  ],
  ['ExpiredTokenException', expired],
  ['ExpiredToken', expired],
  ['UnrecognizedClientException', unknown],
  ['InvalidClientTokenId', unknown],
  ['InvalidSignatureException', unknown],
  ['SignatureDoesNotMatch', unknown],
  ['AccessDeniedException', denied],
  ['AccessDenied', denied],
  ['ThrottlingException', throttled],
  ['Throttling', throttled],
  ['TimeoutError', unreachable],
]);

/** What the SDK threw, in plain words. Its own error is the `cause`. */
export function awsFailure(error: unknown, host: string): RegistryError {
  const said = redacted(messageOf(error), 300);
  const known = meaningOf(error, said);
  const code = known?.code ?? 'registry-error';
  // Where AWS does not know who asks, our own words say more; a profile that cannot be used is told by the SDK.
  const isPlain = known !== none && (code === 'unauthorized' || code === 'rate-limited');
  const words = isPlain || said === nothingFound ? '' : said;
  const message = [known?.message ?? `${host} failed.`, words].filter((part) => part !== '').join(' ');
  const temporary = code === 'rate-limited' || code === 'registry-unreachable';
  return new RegistryError(code, message, { host, temporary, cause: error });
}

/** As AWS, or its SDK, calls what went wrong; empty for what is no error of theirs. */
export function awsNameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function meaningOf(error: unknown, said: string): Meaning | undefined {
  const name = awsNameOf(error);
  // The SDK gives all that went wrong on its way to credentials this one name; what it was, its words tell.
  if (name === 'CredentialsProviderError') {
    if (/\bE(?:CONN|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH)|did not answer/u.test(said)) return unreachable;
    return /expired|aws (?:sso )?login|re-?authenticate|Session token not found/iu.test(said) ? expired : none;
  }
  const code = codeOf(error);
  if (/CERT|UNABLE_TO_|HOSTNAME_MISMATCH/u.test(code))
    return {
      code: 'certificate-untrusted',
      message:
        'The certificate of AWS is not trusted here. Add its authority, or the proxy’s, to those that this machine trusts.',
    };
  return meanings.get(name) ?? (/^E[A-Z_]+$/u.test(code) ? unreachable : undefined);
}
