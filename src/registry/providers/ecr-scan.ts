import * as v from 'valibot';
import type { RegistryScan } from '../vulnerability.ts';
import { askAws, type EcrApi, isAwsError } from './aws.ts';
import { readBody } from './body.ts';
import { countsOf, type Finding, Findings, mostListed, plain, text, toldCounts, unknownState } from './findings.ts';

/** As the SDK has it: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html */
const answerBody = v.object({
  nextToken: text,
  imageScanStatus: v.nullish(v.object({ status: text, description: text })),
  imageScanFindings: v.nullish(
    v.object({
      imageScanCompletedAt: v.nullish(v.date()),
      findingSeverityCounts: v.nullish(toldCounts),
      findings: v.nullish(v.array(v.unknown())),
      enhancedFindings: v.nullish(v.array(v.unknown())),
    }),
  ),
});
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFinding.html */
const basicBody = v.object({
  name: text,
  description: text,
  uri: text,
  severity: text,
  attributes: v.nullish(v.array(v.object({ key: text, value: text }))),
});
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EnhancedImageScanFinding.html */
const enhancedBody = v.object({
  severity: text,
  title: text,
  packageVulnerabilityDetails: v.nullish(
    v.object({
      vulnerabilityId: text,
      sourceUrl: text,
      referenceUrls: v.nullish(v.array(v.string())),
      vulnerablePackages: v.nullish(
        v.array(
          v.object({
            name: text,
            epoch: v.nullish(v.number()),
            version: text,
            release: text,
            fixedInVersion: text,
          }),
        ),
      ),
    }),
  ),
});

const mostOnPage = 1_000;
const mostPages = mostListed / mostOnPage;

export interface EcrImage {
  readonly registryId: string;
  readonly repositoryName: string;
  readonly imageId: { readonly imageDigest: string };
}

/** What Amazon's own scan, or Amazon Inspector, found in an image. */
export async function scanOfEcr(
  api: Pick<EcrApi, 'describeImageScanFindings'>,
  image: EcrImage,
  host: string,
  signal?: AbortSignal,
): Promise<RegistryScan> {
  const page = (nextToken?: string) => {
    const input = { ...image, maxResults: mostOnPage, ...(nextToken !== undefined && { nextToken }) };
    return askAws(answerBody, host, api.describeImageScanFindings(input, signal), signal);
  };
  let answer: v.InferOutput<typeof answerBody>;
  try {
    answer = await page();
  } catch (error) {
    if (isAwsError(error, 'ScanNotFoundException')) return { state: 'not-scanned' };
    throw error;
  }
  const other = stateOf(answer.imageScanStatus ?? {}, host);
  if (other) return other;
  const { imageScanCompletedAt: at, findingSeverityCounts: told } = answer.imageScanFindings ?? {};
  const findings = new Findings(host);
  let isEnhanced = answer.imageScanStatus?.status === 'ACTIVE';
  for (let pages = 1; ; pages += 1) {
    const { findings: basic, enhancedFindings: enhanced } = answer.imageScanFindings ?? {};
    for (const item of basic ?? []) findings.add(readBasic(readBody(basicBody, item, host)));
    for (const item of enhanced ?? []) findings.add(readEnhanced(readBody(enhancedBody, item, host)));
    isEnhanced ||= (enhanced?.length ?? 0) > 0;
    if (!answer.nextToken) break;
    if (pages === mostPages) {
      // The rest is in the counts alone.
      if (told) break;
      throw findings.tooMany();
    }
    answer = await page(answer.nextToken);
  }
  return {
    state: 'scanned',
    ...(at && { at }),
    ...(isEnhanced && { scanner: 'Amazon Inspector' }),
    counts: told ? countsOf(told) : findings.counts,
    vulnerabilities: findings.vulnerabilities,
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html; undefined where there are findings. */
function stateOf(
  { status, description }: { status?: string | null | undefined; description?: string | null | undefined },
  host: string,
): RegistryScan | undefined {
  const said = plain(description);
  const withReason = (state: 'failed' | 'unsupported', own?: string): RegistryScan => {
    const reason = said ?? own;
    return { state, ...(reason !== undefined && { reason }) };
  };
  switch (status) {
    case 'COMPLETE':
    case 'ACTIVE':
      return undefined;
    case 'IN_PROGRESS':
    case 'PENDING':
      return { state: 'pending' };
    case 'FAILED':
      return withReason('failed');
    case 'FINDINGS_UNAVAILABLE':
      return withReason('failed', 'Amazon has no findings for this image.');
    case 'LIMIT_EXCEEDED':
      return withReason('failed', 'A limit of the scanner is reached.');
    case 'UNSUPPORTED_IMAGE':
      return withReason('unsupported');
    case 'SCAN_ELIGIBILITY_EXPIRED':
      return withReason('unsupported', 'The image is older than those that are scanned.');
    case 'IMAGE_ARCHIVED':
      return withReason('unsupported', 'The image is archived.');
    default:
      throw unknownState(status, host);
  }
}

/** Of the package nothing but what stands in attributes of these names, where they are. */
function readBasic({ name, description, uri, severity, attributes }: v.InferOutput<typeof basicBody>): Finding {
  const attribute = (wanted: string) => attributes?.find(({ key }) => key === wanted)?.value;
  return {
    id: name,
    package: attribute('package_name'),
    installed: attribute('package_version'),
    severity,
    title: description,
    links: uri ? [uri] : [],
  };
}

/** A finding can be of several packages, mostly of one source: it is counted once, and so it is one. */
function readEnhanced({ severity, title, packageVulnerabilityDetails }: v.InferOutput<typeof enhancedBody>): Finding {
  const { vulnerabilityId, sourceUrl, referenceUrls, vulnerablePackages } = packageVulnerabilityDetails ?? {};
  const packages = (vulnerablePackages ?? []).slice(0, 20);
  const joined = (values: readonly (string | null | undefined)[]) => [...new Set(values.filter(Boolean))].join(', ');
  return {
    id: vulnerabilityId,
    package: joined(packages.map(({ name }) => name)),
    installed: joined(
      packages.map(
        ({ epoch, version, release }) =>
          version && `${epoch ? `${epoch}:` : ''}${version}${release ? `-${release}` : ''}`,
      ),
    ),
    fixed: joined(
      packages.map(({ fixedInVersion }) => (fixedInVersion === 'NotAvailable' ? undefined : fixedInVersion)),
    ),
    severity,
    title,
    links: [...(sourceUrl ? [sourceUrl] : []), ...(referenceUrls ?? [])],
  };
}
