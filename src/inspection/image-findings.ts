import { type Reference, parseReference } from '../reference/index.ts';
import type { Finding, LayerName } from './finding.ts';
import type { ImageConfig } from './image-config.ts';
import type { LayerListing } from './layer-listing.ts';

/** A layer below this is small: its round trips take longer than its bytes. */
const smallBytes = 1_000_000;
/** So many small layers are too many. Ordinary Dockerfiles make up to a dozen. */
const manyLayers = 20;
/** https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md */
const baseName = 'org.opencontainers.image.base.name';

/** What an image's configuration says of how it runs and what it stands on. */
export function configFindings({ user, healthcheck, labels }: ImageConfig): Finding[] {
  const [name = ''] = user.split(':');
  const findings: Finding[] = [];
  if (['', 'root', '0'].includes(name)) findings.push({ kind: 'runs-as-root', mend: 'USER 10001' });
  if (healthcheck === 'absent') findings.push({ kind: 'no-healthcheck', mend: 'HEALTHCHECK CMD …' });
  const base = labels[baseName];
  const reference = base === undefined ? undefined : referenceIn(base);
  if (base !== undefined && reference?.kind === 'tagged' && reference.tag === 'latest')
    findings.push({ kind: 'latest-base', base, mend: `FROM ${base.replace(/:latest$/u, '')}:VERSION` });
  return findings;
}

/** Many layers that hold next to nothing, where one would do. */
export function layerFindings(layers: readonly LayerName[], listings: readonly LayerListing[]): Finding[] {
  const small = layers.filter(({ index }) => (listings[index]?.fileBytes ?? 0) < smallBytes);
  if (small.length < manyLayers) return [];
  const bytes = small.reduce((sum, { index }) => sum + (listings[index]?.fileBytes ?? 0), 0);
  const isCopied = small.filter(({ line }) => /^(?:COPY|ADD)\s/u.test(line ?? '')).length * 2 > small.length;
  return [{ kind: 'many-small-layers', layers: small, bytes, mend: isCopied ? 'COPY … … FOLDER/' : 'RUN … && …' }];
}

function referenceIn(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch {
    return undefined;
  }
}
