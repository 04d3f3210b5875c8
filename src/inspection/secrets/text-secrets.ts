import { isPlaceholder } from './placeholder.ts';
import { hasPrivateKey } from './private-keys.ts';
import { type RuleHit, ruleHits } from './rules.ts';
import { wordsFor } from './words.ts';

/** A kind of secret that a text holds. */
export interface TextSecret {
  /** In plain words, as `GitHub token`. */
  readonly what: string;
  /** An address with a password in it, as examples have them, too. */
  readonly isAddress: boolean;
}

const addresses = new Set(['BasicAuth', 'MongoDBConnection', 'MySQLConnection', 'PostgreSQLConnection']);
/** Reserved for examples and tests (RFC 2606), or this very machine. */
const nobodysHost = /@(?:[\w.-]+\.)?(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)(?=[:/?\s"']|$)/iu;

/** The beginning of a GitHub app's token, each of which costs its rule up to 12,000 steps. */
const costly = /ghs_[0-9]/gu;
/** No text but one that is made to harm has more of them; it is seen in its first part alone. */
const mostCostly = 2000;
const firstPart = 64 * 1024;

/**
 * Finds secrets in a text by Secretlint's rules, and private keys also by Node's own reader of them; each kind once.
 *
 * @param path of the file, as some rules look at files of certain names alone
 */
export function textSecrets(whole: string, path: string): TextSecret[] {
  const text = (whole.match(costly)?.length ?? 0) > mostCostly ? whole.slice(0, firstPart) : whole;
  const ids = new Set(ruleHits(text, path).flatMap((hit) => (isReal(hit, text) ? [hit.id] : [])));
  // The file of a service account has a private key in it.
  if (ids.has('PrivateKeyJSON')) ids.delete('PrivateKey');
  else if (hasPrivateKey(text)) ids.add('PrivateKey');
  return [...ids].map((id) => ({ what: wordsFor(id), isAddress: addresses.has(id) }));
}

function isReal({ id, start, end }: RuleHit, text: string): boolean {
  const hit = text.slice(start, end);
  // The rule tells where the setting begins, with the length of its value.
  if (id === 'Npmrc_authToken')
    return !isPlaceholder(/^_authToken=["']?([^\s"']*)/u.exec(text.slice(start, end + 100))?.[1] ?? '');
  if (!addresses.has(id)) return true;
  const password = /:\/\/[^:/@\s]*:([^@/\s]*)@/u.exec(hit)?.[1] ?? '';
  return !nobodysHost.test(hit) && !/^pass(?:word|wd)?$|^secret$/iu.test(password);
}
