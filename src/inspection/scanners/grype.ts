import * as v from 'valibot';
import type { ScannerAnswer } from './scan-report.ts';
import { checkNumber, readOutput, text, texts, vulnerabilityOf } from './vulnerability-text.ts';

const noFix = { versions: [], state: undefined };
const schema = v.object({
  matches: v.array(
    v.object({
      vulnerability: v.object({
        id: v.pipe(v.string(), v.minLength(1)),
        dataSource: text,
        severity: text,
        urls: texts,
        description: text,
        fix: v.fallback(v.object({ versions: texts, state: text }), noFix),
      }),
      artifact: v.fallback(v.object({ name: text, version: text }), { name: undefined, version: undefined }),
    }),
  ),
  descriptor: v.fallback(v.optional(v.object({ version: text })), undefined),
});

/**
 * What `grype --output json` wrote (anchore/grype grype/presenter/models: document.go, match.go, vulnerability.go,
 * vulnerability_metadata.go, package.go). It has no titles; a description stands for one.
 *
 * @throws ScanError `scanner-output`
 */
export function readGrype(output: string): ScannerAnswer {
  const { matches, descriptor } = readOutput('Grype', schema, output);
  checkNumber('Grype', matches.length);
  return {
    ...(descriptor?.version && { version: descriptor.version }),
    vulnerabilities: matches.map(({ vulnerability, artifact }) => {
      const { id, severity, description, dataSource, urls, fix } = vulnerability;
      return vulnerabilityOf({
        id,
        package: artifact.name,
        installed: artifact.version,
        // fixed, not-fixed, wont-fix or unknown; versions are there for the first alone.
        fixed: fix.state === 'wont-fix' || fix.state === 'not-fixed' ? undefined : fix.versions.join(', '),
        severity,
        title: description,
        links: [dataSource, ...urls],
      });
    }),
  };
}
