import type { Finding, LayerName } from '../../inspection/index.ts';
import { formatBytes } from '../quantities.ts';

export interface FindingWords {
  /** What is found, in a few words with its bytes. */
  readonly what: string;
  /** In which layer; absent where it is the image's as a whole. */
  readonly layer?: LayerName;
  readonly bytes?: number;
  /** The worst files, a line each. */
  readonly details: readonly string[];
  /** The line of a Dockerfile that mends it. */
  readonly mend: string;
}

/** A finding in words. Paths and lines in it are the image's: plain text where they are shown. */
export function findingWords(finding: Finding): FindingWords {
  const { mend } = finding;
  switch (finding.kind) {
    case 'hidden-files':
      return {
        ...inLayer(finding),
        what: `${files(finding.files)} that a later layer hides`,
        details: finding.worst.map(
          ({ path, bytes, how, by }) => `${path}, ${formatBytes(bytes)}, ${hows[how]} layer ${by.index + 1}`,
        ),
      };
    case 'duplicate-files':
      return {
        ...inLayer(finding),
        what: `${files(finding.files)} that ${finding.files === 1 ? 'is' : 'are'} there already under another path`,
        details: finding.worst.map(
          ({ path, bytes, sameAs }) => `${path}, ${formatBytes(bytes)}, the same as ${sameAs}`,
        ),
      };
    case 'package-cache':
      return {
        ...inLayer(finding),
        what: `Cache of ${finding.manager}`,
        details: [`${finding.folder}, ${files(finding.files)}`],
      };
    case 'build-tools':
      return {
        ...inLayer(finding),
        what: `Tools to build with: ${finding.tools}`,
        details: [`${finding.folder}, ${files(finding.files)}`],
      };
    case 'sources':
      return {
        ...inLayer(finding),
        what: `Left from the build: ${finding.what}`,
        details: [`${finding.folder}, ${files(finding.files)}`],
      };
    case 'many-small-layers':
      return {
        what: `${finding.layers.length} layers of less than 1 MB`,
        bytes: finding.bytes,
        details: finding.layers.slice(0, 5).map(({ index, line }) => `layer ${index + 1}${line ? `: ${line}` : ''}`),
        mend,
      };
    case 'runs-as-root':
      return { what: 'Runs as root', details: [], mend };
    case 'no-healthcheck':
      return { what: 'Has no health check', details: [], mend };
    case 'latest-base':
      return { what: `Stands on ${finding.base}, which is another image tomorrow`, details: [], mend };
  }
}

const hows = { overwritten: 'overwritten by', repeated: 'repeated by', deleted: 'deleted by' } as const;

function inLayer({
  layer,
  bytes,
  mend,
}: {
  readonly layer: LayerName;
  readonly bytes: number;
  readonly mend: string;
}): Pick<FindingWords, 'layer' | 'bytes' | 'mend'> {
  return { layer, bytes, mend };
}

function files(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}
