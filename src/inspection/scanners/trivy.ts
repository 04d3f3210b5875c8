import * as v from 'valibot';
import type { ScannerAnswer } from './scan-report.ts';
import { checkNumber, readOutput, text, texts, vulnerabilityOf } from './vulnerability-text.ts';

const vulnerability = v.object({
  VulnerabilityID: v.pipe(v.string(), v.minLength(1)),
  PkgName: text,
  InstalledVersion: text,
  FixedVersion: text,
  Severity: text,
  Title: text,
  PrimaryURL: text,
  References: texts,
});
// An empty list is left out.
const results = v.nullish(v.array(v.object({ Vulnerabilities: v.nullish(v.array(vulnerability)) })));
const schema = v.union([
  v.object({
    // Another one may name things otherwise, and a report that is misread says that nothing is wrong.
    SchemaVersion: v.literal(2),
    Results: results,
    Trivy: v.fallback(v.optional(v.object({ Version: text })), undefined),
  }),
  // Until version 0.19.
  v.array(v.object({ Vulnerabilities: v.nullish(v.array(vulnerability)) })),
]);

/**
 * What `trivy image --format json` wrote (aquasecurity/trivy pkg/types/report.go).
 *
 * @throws ScanError `scanner-output`
 */
export function readTrivy(output: string): ScannerAnswer {
  const report = readOutput('Trivy', schema, output);
  const list = (Array.isArray(report) ? report : (report.Results ?? [])).flatMap((one) => one.Vulnerabilities ?? []);
  checkNumber('Trivy', list.length);
  const version = Array.isArray(report) ? undefined : report.Trivy?.Version;
  return {
    ...(version && { version }),
    vulnerabilities: list.map((one) =>
      vulnerabilityOf({
        id: one.VulnerabilityID,
        package: one.PkgName,
        installed: one.InstalledVersion,
        fixed: one.FixedVersion,
        severity: one.Severity,
        title: one.Title,
        links: [one.PrimaryURL, ...one.References],
      }),
    ),
  };
}
