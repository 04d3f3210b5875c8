/** Kinds of packages whose namespace is the distribution's name, which says nothing more of a package in an image. */
const ofDistributions = new Set(['alpm', 'apk', 'deb', 'rpm']);

/**
 * Name and version of a package URL, as `pkg:npm/%40acme/api@1.2.3?qualifier#path`; undefined for what is none
 * (https://github.com/package-url/purl-spec).
 */
export function packageOf(url: string): { readonly name: string; readonly version?: string } | undefined {
  const [, type = '', rest = ''] = /^pkg:\/{0,2}([a-z0-9.+-]+)\/([^?#]+)/iu.exec(url) ?? [];
  if (type === '') return undefined;
  const at = rest.lastIndexOf('@');
  const [path, version] = at > 0 ? [rest.slice(0, at), rest.slice(at + 1)] : [rest, ''];
  const parts = path.split('/').filter(Boolean).map(decoded);
  const kept = ofDistributions.has(type.toLowerCase()) ? parts.slice(-1) : parts;
  const name = kept.join(type.toLowerCase() === 'maven' ? ':' : '/');
  if (name === '') return undefined;
  return { name, ...(version && { version: decoded(version) }) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
