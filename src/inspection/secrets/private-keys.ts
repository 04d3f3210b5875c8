import { createPrivateKey } from 'node:crypto';

const begin = /-----BEGIN (?:(?:EC|RSA|DSA) )?PRIVATE KEY-----/g;
/** The longest RSA key that OpenSSL takes for use has some 13 kB. */
const longest = 16 * 1024;
/** So many blocks of a file are tried, each in a fraction of a millisecond. */
const mostTried = 100;

/**
 * Whether a text has a private key without a passphrase, as Node's own reader (OpenSSL) takes it. Secretlint's rule misses
 * the short ones, of elliptic curves (SEC 1, and Ed25519 in PKCS #8).
 */
export function hasPrivateKey(text: string): boolean {
  let tried = 0;
  for (const { 0: head, index: start } of text.matchAll(begin)) {
    if (++tried > mostTried) return false;
    const tail = head.replace('BEGIN', 'END');
    const block = text.slice(start, start + longest);
    const end = block.indexOf(tail);
    if (end !== -1 && isPrivateKey(block.slice(0, end + tail.length))) return true;
  }
  return false;
}

function isPrivateKey(block: string): boolean {
  // In JSON, in a quoted setting and in a line of the shell, the ends of lines are written out.
  const pem = block.replaceAll(/\\[rn]/gu, '\n').replaceAll(/^[ \t]+/gmu, '');
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}
