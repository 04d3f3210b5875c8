import tls from 'node:tls';

let known: readonly string[] | undefined;

/**
 * The authorities that are trusted without being named (PEM): those that Node brings, those that NODE_EXTRA_CA_CERTS adds,
 * and this machine's own, where Node can tell them (22.15 and later). For a connection that names another authority:
 * Node then trusts that one alone, and VS Code leaves it at that. Read once, on first use, as the machine's can take a
 * moment.
 */
export function knownAuthorities(): readonly string[] {
  known ??= readAuthorities(tls);
  return known;
}

/** The part of Node's module that is used; the function is younger than the rest. */
export interface CertificateSource {
  readonly rootCertificates: readonly string[];
  readonly getCACertificates?: (from: 'default' | 'system') => string[];
}

export function readAuthorities({ rootCertificates, getCACertificates }: CertificateSource): readonly string[] {
  if (getCACertificates === undefined) return rootCertificates;
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}
