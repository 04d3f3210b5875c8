import type { ScannerId } from './scanner.ts';
import { fileOf, nameOf, type ScanSubject } from './scan-subject.ts';

/** Its own limit is five minutes, less than a first look takes that fetches the database over a slow line. */
const trivyTimeout = '29m';

/**
 * The arguments by which a scanner writes all vulnerabilities of an image as JSON to stdout; Docker Scout writes SARIF to
 * the file, as its stdout may hold other lines (https://github.com/docker/scout-cli/issues/78).
 *
 * Every source is said, so that nothing is pulled from a registry: Trivy by default goes on to the registry with an image
 * that the engine lacks.
 *
 * @param reportFile where Docker Scout writes
 * @throws ScanError `scanner-failed` for a name or path that could mean something else
 */
export function scannerArguments(scanner: ScannerId, subject: ScanSubject, reportFile: string): string[] {
  switch (scanner) {
    case 'trivy':
      return [
        ...['image', '--format', 'json', '--scanners', 'vuln', '--no-progress', '--timeout', trivyTimeout],
        ...(subject.kind === 'engine'
          ? ['--image-src', 'docker', '--', nameOf(subject.image)]
          : ['--input', fileOf(subject.file)]),
      ];
    case 'grype': {
      const source = subject.kind === 'engine' ? `docker:${nameOf(subject.image)}` : archive(subject.file);
      return ['--output', 'json', '--', source];
    }
    case 'docker-scout': {
      const source =
        subject.kind === 'engine' ? `local://${nameOf(subject.image)}` : `archive://${fileOf(subject.file)}`;
      return ['scout', 'cves', '--format', 'sarif', '--output', reportFile, source];
    }
  }
}

function archive(file: string): string {
  return `docker-archive:${fileOf(file)}`;
}
