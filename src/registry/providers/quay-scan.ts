import * as v from 'valibot';
import { RegistryError } from '../errors.ts';
import type { RegistryScan } from '../vulnerability.ts';
import { readBody } from './body.ts';
import { Findings, text, unknownState } from './findings.ts';

/** https://github.com/quay/quay/blob/master/endpoints/api/secscan.py, data/secscan_model/datatypes.py */
const securityBody = v.object({
  status: v.string(),
  data: v.nullish(v.object({ Layer: v.nullish(v.object({ Features: v.nullish(v.array(v.unknown())) })) })),
});
const featureBody = v.object({ Name: text, Version: text, Vulnerabilities: v.nullish(v.array(v.unknown())) });
const vulnerabilityBody = v.object({
  Name: text,
  Severity: text,
  /** Several addresses with blanks between them. */
  Link: text,
  /** Empty where there is no fix. */
  FixedBy: text,
  Description: text,
});

/**
 * What Quay's scanner found in a manifest.
 *
 * @param get asks the API for the security of the manifest
 */
export async function scanOfQuay(get: () => Promise<unknown>, host: string): Promise<RegistryScan> {
  let json: unknown;
  try {
    json = await get();
  } catch (error) {
    // Who pushed knows that the image is there: its scanner is switched off, or has not heard of it.
    if (error instanceof RegistryError && error.status === 404) return { state: 'not-scanned' };
    throw error;
  }
  const { status, data } = readBody(securityBody, json, host);
  switch (status) {
    case 'scanned':
      break;
    case 'queued':
      return { state: 'pending' };
    case 'failed':
      return { state: 'failed' };
    case 'unsupported':
      return { state: 'unsupported' };
    case 'manifest_layer_too_large':
      return { state: 'unsupported', reason: 'A layer is too large for its scanner.' };
    default:
      throw unknownState(status, host);
  }
  const features = data?.Layer?.Features;
  // Without a list nobody may say that it is an empty one.
  if (!features) throw new RegistryError('registry-error', `${host} says that it scanned, and not what.`, { host });
  const findings = new Findings(host);
  for (const feature of features) {
    const { Name: name, Version: installed, Vulnerabilities } = readBody(featureBody, feature, host);
    for (const item of Vulnerabilities ?? []) {
      const { Name: id, Severity: severity, Link, FixedBy, Description } = readBody(vulnerabilityBody, item, host);
      const links = (Link ?? '').slice(0, 10_000).split(/\s+/u);
      findings.add({ id, package: name, installed, fixed: FixedBy, severity, title: Description, links });
    }
  }
  return { state: 'scanned', counts: findings.counts, vulnerabilities: findings.vulnerabilities };
}
