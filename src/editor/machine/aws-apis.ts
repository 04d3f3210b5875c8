import { type Log } from '../../base/index.ts';
import type { EcrApi, EcrPublicApi } from '../../registry/index.ts';

/** Amazon's APIs for a registry, for who is signed in to AWS on this machine. */
export type AwsApi =
  | { readonly kind: 'ecr'; readonly api: EcrApi & SignedIn }
  | { readonly kind: 'ecr-public'; readonly api: EcrPublicApi & SignedIn };

interface SignedIn {
  accountId(signal?: AbortSignal): Promise<string | undefined>;
}

export interface AwsParts {
  readonly userAgent: string;
  readonly log: Log;
}

/** Undefined for a host that is not Amazon's by its name. Loads AWS's SDK; nothing is contacted or read by that. */
export async function awsApiOf(registry: string, parts: AwsParts): Promise<AwsApi | undefined> {
  const [{ openEcr, openEcrPublic }, { ecrPlaceOf, providerOf }] = await Promise.all([
    import('../../aws/index.ts'),
    import('../../registry/index.ts'),
  ]);
  const place = ecrPlaceOf(registry);
  if (place) return { kind: 'ecr', api: openEcr({ ...parts, region: place.region, fips: place.fips }) };
  const isPublic = providerOf(registry)?.id === 'ecr-public';
  return isPublic ? { kind: 'ecr-public', api: openEcrPublic(parts) } : undefined;
}
