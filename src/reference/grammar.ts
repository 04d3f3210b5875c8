// The grammar of https://pkg.go.dev/github.com/distribution/reference, one check a part. Each expression reads its
// text once: no part of it can match the same characters in two ways.
import { isIPv6 } from 'node:net';
import { InvalidReferenceError, quoted } from './errors.ts';

/** Docker Hub's name in references; it is served elsewhere, see `apiHost`. */
export const dockerHub = 'docker.io';
/** Where Docker Hub keeps the images that have no namespace. */
export const officialNamespace = 'library/';

/** Longer texts are refused unread; the longest name with the longest tag and digest has some 800 characters. */
const longestText = 4_096;
/** Of a repository's path: RepositoryNameTotalLengthMax of the grammar's module. */
const longestPath = 255;

const pathPart = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/u;
const tagText = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/u;
const digestText = /^([a-z][a-z0-9]*(?:[-_+.][a-z][a-z0-9]*)*):([0-9A-Fa-f]{32,})$/u;
const hostLabel = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/u;
const portText = /^[1-9][0-9]{0,4}$/u;
const ipv6Text = /^\[([0-9A-Fa-f:]+)\]$/u;

/** Hex digits of the algorithms that registries know (https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms). */
const hexDigits: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Refuses what no kind of name can be: an empty or endless text, white space, a scheme. */
export function checkText(text: string, what: string, example: string): void {
  if (text === '') throw new InvalidReferenceError(`The ${what} is empty. Write it as in ${example}.`);
  if (text.length > longestText)
    throw new InvalidReferenceError(`The ${what} has ${text.length} characters, which is more than any can have.`);
  if (/\s/u.test(text))
    throw new InvalidReferenceError(`The ${what} ${quoted(text)} has white space in it or around it. Leave it out.`);
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//u.exec(text)?.[0];
  if (scheme !== undefined)
    throw new InvalidReferenceError(`The ${what} ${quoted(text)} has a scheme. Leave ${quoted(scheme)} out.`);
}

export function checkPath(path: string): void {
  if (path === '') throw new InvalidReferenceError('The path of the repository is missing. Write it as in acme/api.');
  if (path.length > longestPath)
    throw new InvalidReferenceError(
      `The path ${quoted(path)} has ${path.length} characters. At most ${longestPath} are allowed.`,
    );
  if (/[A-Z]/u.test(path))
    throw new InvalidReferenceError(
      `The path ${quoted(path)} has upper-case letters. A repository is named in lower case: ${quoted(path.toLowerCase())}.`,
    );
  for (const part of path.split('/')) {
    if (part === '') throw new InvalidReferenceError(`The path ${quoted(path)} has a slash too many.`);
    if (!pathPart.test(part))
      throw new InvalidReferenceError(
        `The part ${quoted(part)} of the path is not allowed. Use lower-case letters and digits (a–z, 0–9), ` +
          'with a single “.”, “_” or “__”, or with dashes, between them.',
      );
  }
}

export function checkTag(tag: string): void {
  if (tag === '') throw new InvalidReferenceError('The tag is empty. Write one, as in 1.2 or latest.');
  if (tag.length > 128)
    throw new InvalidReferenceError(
      `The tag ${quoted(tag)} has ${tag.length} characters. At most 128 are allowed: shorten it.`,
    );
  if (!isTag(tag))
    throw new InvalidReferenceError(
      `The tag ${quoted(tag)} is not allowed. Use letters, digits, “_”, “.” and “-”; the first is a letter, a digit or “_”.`,
    );
}

/** Whether a text can be a tag. */
export function isTag(text: string): boolean {
  return tagText.test(text);
}

export function checkDigest(digest: string): void {
  const [, algorithm, hex] = digestText.exec(digest) ?? [];
  if (algorithm === undefined || hex === undefined)
    throw new InvalidReferenceError(
      `The digest ${quoted(digest)} is not one. It is written as sha256: and 64 hexadecimal digits.`,
    );
  const digits = Object.hasOwn(hexDigits, algorithm) ? hexDigits[algorithm] : undefined;
  if (digits === undefined) return;
  if (hex.length !== digits)
    throw new InvalidReferenceError(
      `The digest ${quoted(digest)} has ${hex.length} hexadecimal digits; ${algorithm} has ${digits}. Copy the whole of it.`,
    );
  if (/[A-F]/u.test(hex))
    throw new InvalidReferenceError(`The digest ${quoted(digest)} is written in lower case: ${digest.toLowerCase()}.`);
}

/** Checks `host[:port]`; an IPv6 address stands in brackets, without a zone. */
export function checkRegistry(registry: string): void {
  const { host, port } = splitPort(registry);
  if (port !== undefined && (!portText.test(port) || Number(port) > 65_535))
    throw new InvalidReferenceError(
      `The port ${quoted(port)} of the registry ${quoted(registry)} is not one. A port is a number from 1 to 65535.`,
    );
  if (host.includes('[') || host.includes(':')) {
    const address = ipv6Text.exec(host)?.[1];
    if (address === undefined || !isIPv6(address))
      throw new InvalidReferenceError(
        `The registry ${quoted(registry)} is not a host. An IPv6 address is written in brackets and without a zone, as in [2001:db8::1]:5000.`,
      );
    return;
  }
  if (!host.split('.').every((label) => hostLabel.test(label)))
    throw new InvalidReferenceError(
      `The registry ${quoted(registry)} is not a host. Write a name or an address, with a port where it needs one, as in registry.example.com:5000.`,
    );
}

/** Splits at the port's colon; a colon inside the brackets of an IPv6 address is none. */
function splitPort(registry: string): { host: string; port: string | undefined } {
  const bracket = registry.startsWith('[') ? registry.indexOf(']') : 0;
  const colon = bracket === -1 ? -1 : registry.indexOf(':', bracket);
  if (colon === -1) return { host: registry, port: undefined };
  return { host: registry.slice(0, colon), port: registry.slice(colon + 1) };
}

/** Whether a text is an image's ID or a digest without a name, which engines take for no name. */
export function isId(text: string): boolean {
  return /^(?:sha256:)?[a-f0-9]{64}$/u.test(text);
}

/** Whether the first part of a name is a host. By this rule of Docker's, `acme/api` is a path on Docker Hub. */
export function isHost(firstPart: string): boolean {
  return firstPart === 'localhost' || /[.:A-Z]/u.test(firstPart);
}
