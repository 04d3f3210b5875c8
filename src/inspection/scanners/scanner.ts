export type ScannerId = 'trivy' | 'grype' | 'docker-scout';

/** A program of the user's that looks for known vulnerabilities in an image. */
export interface Scanner {
  readonly id: ScannerId;
  readonly name: string;
  /** Without any folder. */
  readonly program: string;
  /** The maker's page on how to install it. */
  readonly installPage: string;
}

/** In the order in which they are looked for: Docker Scout, which works signed in alone, is the last. */
export const scanners: readonly Scanner[] = [
  {
    id: 'trivy',
    name: 'Trivy',
    program: 'trivy',
    installPage: 'https://trivy.dev/docs/latest/getting-started/installation/',
  },
  { id: 'grype', name: 'Grype', program: 'grype', installPage: 'https://oss.anchore.com/docs/installation/grype/' },
  {
    id: 'docker-scout',
    name: 'Docker Scout',
    program: 'docker-scout',
    installPage: 'https://docs.docker.com/scout/install/',
  },
];

export function scannerOf(id: ScannerId): Scanner {
  const scanner = scanners.find((one) => one.id === id);
  if (!scanner) throw new Error(`No scanner is called ${id}.`);
  return scanner;
}
