import * as v from 'valibot';
import type { Severity } from '../../base/index.ts';
import { packageOf } from './package-url.ts';
import type { ScannerAnswer } from './scan-report.ts';
import { severityOf, severityOfScore } from './severity.ts';
import { checkNumber, readOutput, text, texts, vulnerabilityOf } from './vulnerability-text.ts';

// Docker publishes no source. The names are those that several independent readers of its SARIF use, and that a report of
// version 0.24.1 has.
const properties = v.object({
  cvssV3_severity: text,
  'security-severity': v.fallback(v.optional(v.union([v.string(), v.number()])), undefined),
  tags: texts,
  fixed_version: text,
  /** Until about version 0.24. */
  purl: text,
  purls: texts,
});
const rule = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  shortDescription: v.fallback(v.optional(v.object({ text })), undefined),
  helpUri: text,
  properties: v.fallback(properties, v.parse(properties, {})),
});
const schema = v.object({
  version: v.literal('2.1.0'),
  runs: v.pipe(
    v.array(v.object({ tool: v.object({ driver: v.object({ version: text, rules: v.nullish(v.array(rule)) }) }) })),
    // A report without a run is of no scan.
    v.minLength(1),
  ),
});
type Properties = v.InferOutput<typeof properties>;

/**
 * What `docker scout cves --format sarif` wrote: a rule for each vulnerability, with the packages that have it as package
 * URLs.
 *
 * @throws ScanError `scanner-output`
 */
export function readDockerScout(output: string): ScannerAnswer {
  const { runs } = readOutput('Docker Scout', schema, output);
  const drivers = runs.map(({ tool }) => tool.driver);
  const list = drivers
    .flatMap(({ rules }) => rules ?? [])
    .flatMap(({ id, shortDescription, helpUri, properties: known }) => {
      const urls = [...known.purls, known.purl].filter((url) => url !== undefined);
      return (urls.length > 0 ? urls : ['']).map((url) => ({
        id,
        package: packageOf(url)?.name ?? url,
        installed: packageOf(url)?.version,
        // “not fixed” where none is known.
        fixed: known.fixed_version === 'not fixed' ? undefined : known.fixed_version,
        severity: severityIn(known),
        title: withoutId(shortDescription?.text, id),
        links: [helpUri],
      }));
    });
  checkNumber('Docker Scout', list.length);
  const version = drivers.find((driver) => driver.version)?.version;
  return { ...(version && { version }), vulnerabilities: list.map(vulnerabilityOf) };
}

/** The score is the last to be asked: what has no severity (UNSPECIFIED) is given one all the same. */
function severityIn({ cvssV3_severity: word, tags, 'security-severity': score }: Properties): Severity {
  if (word) return severityOf(word);
  const tag = tags.map(severityOf).find((severity) => severity !== 'unknown');
  return tag ?? (score === undefined ? 'unknown' : severityOfScore(Number(score)));
}

/** Titles begin with the ID. */
function withoutId(title: string | undefined, id: string): string | undefined {
  return title?.startsWith(`${id}: `) ? title.slice(id.length + 2) : title;
}
