import * as v from 'valibot';
import type { RegistryScan } from '../vulnerability.ts';
import { readBody, readDate } from './body.ts';
import { Findings, plain, reportLimit, text, unknownState } from './findings.ts';
import { askGoogle, hasAnalysis, nextPageToken } from './google-api.ts';
import type { PushedImage, ProviderParts } from './provider.ts';

/** Of a thousand occurrences each. Of more the counts would be wrong. */
const mostPages = 20;

/** https://github.com/googleapis/googleapis/blob/master/google/devtools/containeranalysis/v1/containeranalysis.proto, grafeas/v1/grafeas.proto */
const listBody = v.object({ nextPageToken, occurrences: v.optional(v.array(v.unknown()), []) });
const status = v.nullish(v.object({ message: text }));
/** https://github.com/googleapis/googleapis/blob/master/grafeas/v1/discovery.proto */
const discoveryBody = v.object({
  discovery: v.optional(
    v.object({ analysisStatus: text, analysisStatusError: status, lastScanTime: text, archiveTime: text }),
    {},
  ),
});
const version = v.nullish(
  v.object({ epoch: v.nullish(v.number()), name: text, revision: text, kind: text, fullName: text }),
);
/** https://github.com/googleapis/googleapis/blob/master/grafeas/v1/vulnerability.proto */
const vulnerabilityBody = v.object({
  /** `projects/goog-vulnz/notes/CVE-…` */
  noteName: text,
  vulnerability: v.optional(
    v.object({
      severity: text,
      effectiveSeverity: text,
      shortDescription: text,
      longDescription: text,
      relatedUrls: v.nullish(v.array(v.object({ url: text }))),
      packageIssue: v.nullish(
        v.array(
          v.object({ affectedPackage: text, affectedVersion: version, fixedVersion: version, effectiveSeverity: text }),
        ),
      ),
    }),
    {},
  ),
});

type Discovery = v.InferOutput<typeof discoveryBody>['discovery'];
type Version = v.InferOutput<typeof version>;

/** What Google's Artifact Analysis found in an image. */
export async function scanOfGoogle(
  parts: ProviderParts,
  image: PushedImage,
  signal?: AbortSignal,
): Promise<RegistryScan> {
  if (!hasAnalysis(parts))
    return {
      state: 'unsupported',
      reason:
        'Google tells it to an access token alone: sign in as oauth2accesstoken, with what "gcloud auth print-access-token" prints.',
    };
  const { registry } = parts;
  const discoveries: Discovery[] = [];
  await eachOccurrence(parts, image, 'DISCOVERY', signal, (item) => {
    if (discoveries.length < 100) discoveries.push(readBody(discoveryBody, item, registry).discovery);
  });
  const found = furthest(discoveries);
  const other = found && stateOf(found, registry);
  if (other) return other;
  const findings = new Findings(registry);
  await eachOccurrence(parts, image, 'VULNERABILITY', signal, (item) => {
    readVulnerability(readBody(vulnerabilityBody, item, registry), findings);
  });
  // An empty list says something only of a scan that was made, and whose findings are still kept: after 30 days without
  // a pull they are archived. https://cloud.google.com/artifact-analysis/docs/container-scanning-overview
  const isKept = found !== undefined && hasSucceeded(found) && !found.archiveTime;
  if (findings.isEmpty && !isKept) return { state: 'not-scanned' };
  const at = readDate(found?.lastScanTime);
  const { counts, vulnerabilities } = findings;
  return { state: 'scanned', ...(at && { at }), counts, vulnerabilities };
}

/** Of several analyses, the one that says most: one that succeeded, else one that goes on. */
function furthest(discoveries: readonly Discovery[]): Discovery | undefined {
  const rank = ({ analysisStatus: word }: Discovery): number =>
    ['FINISHED_UNSUPPORTED', 'FINISHED_FAILED', 'PENDING', 'SCANNING', 'COMPLETE', 'FINISHED_SUCCESS'].indexOf(
      word ?? '',
    );
  return [...discoveries].sort((one, other) => rank(other) - rank(one))[0];
}

function hasSucceeded({ analysisStatus }: Discovery): boolean {
  return analysisStatus === 'FINISHED_SUCCESS' || analysisStatus === 'COMPLETE';
}

/** Undefined where the list of vulnerabilities is to be asked. */
function stateOf({ analysisStatus, analysisStatusError }: Discovery, host: string): RegistryScan | undefined {
  const reason = plain(analysisStatusError?.message);
  const why = reason !== undefined && { reason };
  switch (analysisStatus) {
    // `COMPLETE` is another name for the same.
    case 'FINISHED_SUCCESS':
    case 'COMPLETE':
    case 'ANALYSIS_STATUS_UNSPECIFIED':
    case undefined:
    case null:
      return undefined;
    case 'PENDING':
    case 'SCANNING':
      return { state: 'pending' };
    case 'FINISHED_FAILED':
      return { state: 'failed', ...why };
    case 'FINISHED_UNSUPPORTED':
      return { state: 'unsupported', ...why };
    default:
      throw unknownState(analysisStatus, host);
  }
}

async function eachOccurrence(
  parts: ProviderParts,
  { repository: { registry, path }, digest }: PushedImage,
  kind: 'DISCOVERY' | 'VULNERABILITY',
  signal: AbortSignal | undefined,
  take: (item: unknown) => void,
): Promise<void> {
  const [project = ''] = path.split('/');
  const filter = `kind="${kind}" AND resourceUrl="https://${registry}/${path}@${digest}"`;
  let pageToken: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const query = { filter, pageSize: '1000', pageToken };
    const request = {
      service: 'analysis',
      path: `projects/${encodeURIComponent(project)}/occurrences`,
      query,
    } as const;
    const json = await askGoogle(parts, { ...request, limit: reportLimit }, signal);
    const { occurrences, nextPageToken: next } = readBody(listBody, json, registry);
    for (const item of occurrences) take(item);
    if (!next) return;
    pageToken = next;
  }
  throw new Findings(registry).tooMany();
}

function readVulnerability(
  { noteName, vulnerability }: v.InferOutput<typeof vulnerabilityBody>,
  findings: Findings,
): void {
  const { packageIssue, relatedUrls, shortDescription, longDescription } = vulnerability;
  const id = noteName?.slice(noteName.lastIndexOf('/') + 1);
  const title = shortDescription && shortDescription !== id ? shortDescription : longDescription;
  const links = relatedUrls?.flatMap(({ url }) => url ?? []);
  const word = vulnerability.effectiveSeverity ?? vulnerability.severity;
  // The severity of a package is the one to go by where there is one, as the field's description says.
  for (const issue of packageIssue?.length ? packageIssue : [undefined])
    findings.add({
      ...{ id, title, links },
      package: issue?.affectedPackage,
      installed: written(issue?.affectedVersion),
      fixed: written(issue?.fixedVersion),
      severity: isTold(issue?.effectiveSeverity) ? issue?.effectiveSeverity : word,
    });
}

function isTold(severity: string | null | undefined): boolean {
  return severity !== undefined && severity !== null && severity !== 'SEVERITY_UNSPECIFIED';
}

/** `MAXIMUM` stands for no version, as `MINIMUM` does: https://github.com/googleapis/googleapis/blob/master/grafeas/v1/package.proto */
function written(version: Version): string | undefined {
  if (!version || version.kind === 'MAXIMUM' || version.kind === 'MINIMUM') return undefined;
  const { epoch, name, revision, fullName } = version;
  if (fullName) return fullName;
  return name ? `${epoch ? `${epoch}:` : ''}${name}${revision ? `-${revision}` : ''}` : undefined;
}
