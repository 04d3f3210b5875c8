import { createHash } from 'node:crypto';
import type { Severity } from '../../base/index.ts';
import type { Vulnerability } from '../../registry/index.ts';
import type { Level, SarifLog, SarifResult, SarifRule } from './sarif-log.ts';
import type { ScanReport } from './scan-report.ts';

/** Which image a report is of. */
export interface ScannedImage {
  /** The reference by which it is known. */
  readonly image: string;
  readonly digest?: string;
}

const levels: Readonly<Record<Severity, Level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  negligible: 'note',
  unknown: 'warning',
};

/**
 * In the middle of what GitHub takes for critical (over 9), high, medium and low; scores themselves are not kept. What is
 * unknown has none, and is shown by its level.
 */
const scores: Readonly<Partial<Record<Severity, string>>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  negligible: '0.1',
};

/**
 * A report as SARIF, with what GitHub's code scanning wants of it
 * (https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support): a rule for each
 * vulnerability, a result for each package that has it, and a fingerprint that stays as long as both do.
 */
export function toSarif(report: ScanReport, { image, digest }: ScannedImage): SarifLog {
  // The list begins with the worst, so a rule is as severe as its worst package.
  const firsts = new Map(report.vulnerabilities.toReversed().map((one) => [one.id, one]));
  const ids = [...new Set(report.vulnerabilities.map(({ id }) => id))];
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: report.scanner,
            ...(report.version && { version: report.version }),
            rules: ids.flatMap((id) => ruleOf(firsts.get(id))),
          },
        },
        results: report.vulnerabilities.map((one) => resultOf(one, indexOf.get(one.id) ?? -1, image)),
        properties: { imageName: image, ...(digest && { imageDigest: digest }) },
      },
    ],
  };
}

function ruleOf(worst: Vulnerability | undefined): SarifRule[] {
  if (!worst) return [];
  const { id, title = id, severity, link } = worst;
  const score = scores[severity];
  return [
    {
      id,
      shortDescription: { text: title },
      fullDescription: { text: title },
      ...(link && { helpUri: link }),
      help: { text: link ? `${title}\n${link}` : title },
      defaultConfiguration: { level: levels[severity] },
      properties: { tags: ['vulnerability', 'security', severity], ...(score && { 'security-severity': score }) },
    },
  ];
}

function resultOf(one: Vulnerability, ruleIndex: number, image: string): SarifResult {
  const { id, package: name, installed, fixed, severity } = one;
  const where = installed ? `${name} ${installed}` : name;
  const remedy = fixed ? `Fixed in ${fixed}.` : 'No fix is known.';
  const print = createHash('sha256')
    .update(JSON.stringify([id, name, installed, image]))
    .digest('hex');
  return {
    ruleId: id,
    ruleIndex,
    level: levels[severity],
    message: { text: `${where} has ${id} (${severity}). ${remedy}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: relativeUri(image) }, region: { startLine: 1 } } }],
    // The number counts results of the same line.
    partialFingerprints: { primaryLocationLineHash: `${print}:1` },
  };
}

/** `registry:5000/api` would be read as an address with the scheme `registry`. */
function relativeUri(image: string): string {
  return image.split('/').map(encodeURIComponent).join('/');
}
