import { plainText } from '../../base/index.ts';
import { ScanError, type ScanErrorCode } from './errors.ts';
import type { Scanner, ScannerId } from './scanner.ts';

interface Remedy {
  readonly scanner: ScannerId;
  readonly words: RegExp;
  readonly remedy: string;
}

/** What helps, where the makers say so of these words. */
const remedies: readonly Remedy[] = [
  {
    // https://oss.anchore.com/docs/guides/vulnerability/database/
    scanner: 'grype',
    words: /vulnerability database was built/iu,
    remedy:
      'Its database of vulnerabilities is too old. Run “grype db update”, or set GRYPE_DB_VALIDATE_AGE=false to scan with it as it is.',
  },
  {
    scanner: 'grype',
    words: /failed to load vulnerability db|db could not be loaded/iu,
    remedy: 'It has no database of vulnerabilities that it can read. Run “grype db update”.',
  },
  {
    // aquasecurity/trivy pkg/db/db.go and pkg/javadb/client.go
    scanner: 'trivy',
    words: /skip-(?:db-|java-db-)?update'? cannot be specified on the first run/iu,
    remedy:
      'It has no database of vulnerabilities yet, and is told to fetch none. Run “trivy image --download-db-only” (for Java also “--download-java-db-only”) once.',
  },
  {
    // https://github.com/docker/buildx/pull/4001 quotes it.
    scanner: 'docker-scout',
    words: /log in with your docker id/iu,
    remedy: 'It wants a sign-in to Docker Hub: run “docker login”, or sign in to Docker Desktop.',
  },
];

/** The error for a scanner that gave no report, with its last words and what helps. */
export function scanFailure(
  scanner: Scanner,
  code: ScanErrorCode,
  what: string,
  lastWords: string,
  cause?: unknown,
): ScanError {
  const remedy = remedies.find(({ scanner: id, words }) => id === scanner.id && words.test(lastWords))?.remedy;
  const said = lastWords && `It said: ${plainText(lastWords, 1_500)}`;
  const parts = [`${scanner.name} ${what}.`, remedy ?? '', said].filter(Boolean);
  return new ScanError(code, parts.join(' '), cause === undefined ? {} : { cause });
}
