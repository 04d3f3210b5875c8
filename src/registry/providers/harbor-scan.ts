import * as v from 'valibot';
import { RegistryError } from '../errors.ts';
import type { RegistryScan } from '../vulnerability.ts';
import { readBody, readDate } from './body.ts';
import { countsOf, Findings, keyed, plain, text, toldCounts, unknownState } from './findings.ts';

/**
 * The reports that are understood, which are asked for in a header of Harbor's own. Without it Harbor gives the older
 * alone, and nothing where it has the newer:
 * https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml
 */
export const acceptReports = {
  'x-accept-vulnerabilities':
    'application/vnd.security.vulnerability.report; version=1.1, application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0',
};

const scanner = v.nullish(v.object({ name: text, version: text }));
/** https://github.com/goharbor/harbor/blob/main/src/pkg/scan/vuln/summary.go */
const overviewBody = v.object({
  scan_status: text,
  end_time: text,
  scanner,
  summary: v.nullish(v.object({ summary: v.nullish(toldCounts) })),
});
/** Keyed by the media type of the report. */
const artifactBody = v.object({ scan_overview: v.nullish(keyed) });
/** https://github.com/goharbor/harbor/blob/main/src/pkg/scan/vuln/report.go */
const reportBody = v.object({ generated_at: text, scanner, vulnerabilities: v.nullish(v.array(v.unknown())) });
const findingBody = v.object({
  id: text,
  package: text,
  version: text,
  fix_version: text,
  severity: text,
  description: text,
  links: v.nullish(v.array(v.string())),
});

/**
 * What Harbor's scanner found in an artifact.
 *
 * @param artifact the artifact's address in the API
 * @param get asks the API, with the header for reports
 */
export async function scanOfHarbor(
  artifact: string,
  get: (path: string) => Promise<unknown>,
  host: string,
): Promise<RegistryScan> {
  const { scan_overview } = readBody(artifactBody, await get(`${artifact}?with_scan_overview=true`), host);
  const [first] = Object.values(scan_overview ?? {});
  if (first === undefined || first === null) return { state: 'not-scanned' };
  const overview = readBody(overviewBody, first, host);
  // The words of its jobs: https://github.com/goharbor/harbor/blob/main/src/jobservice/job/status.go
  switch (overview.scan_status) {
    case 'Success':
      break;
    case 'Pending':
    case 'Scheduled':
    case 'Running':
      return { state: 'pending' };
    case 'Stopped':
      return { state: 'not-scanned' };
    // Why, it keeps in a log.
    case 'Error':
      return { state: 'failed' };
    default:
      throw unknownState(overview.scan_status, host);
  }
  const told = overview.summary?.summary;
  const report = await get(`${artifact}/additions/vulnerabilities`).then(
    (json) => readReport(json, host),
    (error: unknown) => {
      // To read the report is a right of its own, which a robot account may lack; the counts are in the artifact.
      if (told && error instanceof RegistryError && [401, 403, 404].includes(error.status ?? 0)) return undefined;
      throw error;
    },
  );
  const findings = new Findings(host);
  for (const item of report?.vulnerabilities ?? []) {
    const { id, package: name, version, fix_version, severity, description, links } = readBody(findingBody, item, host);
    findings.add({ id, package: name, installed: version, fixed: fix_version, severity, title: description, links });
  }
  const at = readDate(report?.generated_at) ?? readDate(overview.end_time);
  const by = report?.scanner ?? overview.scanner;
  const name = plain([by?.name, by?.version].filter(Boolean).join(' '), 100);
  return {
    state: 'scanned',
    ...(at && { at }),
    ...(name !== undefined && { scanner: name }),
    counts: findings.isEmpty && told ? countsOf(told) : findings.counts,
    vulnerabilities: findings.vulnerabilities,
  };
}

/** It is keyed by its media type; an empty object says that there is none. */
function readReport(json: unknown, host: string): v.InferOutput<typeof reportBody> | undefined {
  const body = readBody(keyed, json, host);
  const report = 'vulnerabilities' in body ? body : Object.values(body)[0];
  return report === undefined || report === null ? undefined : readBody(reportBody, report, host);
}
