import { isPlaceholder } from './placeholder.ts';

/**
 * Names of variables that hold a secret, by their last word. A bare `KEY` is none of them: `GPG_KEY` of Python's and Node's
 * images is the number of a public key.
 */
const secretName =
  /(?:PASSWORD|PASSWD|PASSPHRASE|(?:^|[_.-])(?:PASS|PWD|SECRETS?|TOKEN|CREDENTIALS?)|(?:API|ACCESS|SECRET|PRIVATE|ENCRYPTION|SIGNING|AUTH)[_.-]?KEY(?:[_.-]BASE)?)$/iu;
/** The shell's own. */
const shellNames = new Set(['PWD', 'OLDPWD']);

/** What a variable holds where its name says so and its value is no stand-in; undefined for all others. */
export function namedSecret(name: string, value: string): string | undefined {
  if (!secretName.test(name) || shellNames.has(name) || isPlaceholder(value)) return undefined;
  if (/PASS|PWD/iu.test(name)) return 'password';
  if (/TOKEN$/iu.test(name)) return 'token';
  return /KEY(?:[_.-]BASE)?$/iu.test(name) ? 'key' : 'secret';
}
