import type { LayerName } from './finding.ts';
import type { ReadLayer } from './image.ts';
import { dockerfileLine, readInstruction } from './instruction.ts';
import { holdsSecret } from './secrets/config-secrets.ts';

type NamedLayer = Pick<ReadLayer, 'diffId' | 'instruction' | 'secrets'>;

/** The layers of an image, as findings name them. A line that may have a secret in it is left with its first word. */
export function layerNames({ layers }: { readonly layers: readonly NamedLayer[] }): LayerName[] {
  return layers.map(({ diffId, instruction, secrets = [] }, index) => ({
    ...{ index, diffId },
    ...(instruction !== undefined && {
      line: withoutSecret(dockerfileLine(readInstruction(instruction)), secrets.length > 0),
    }),
  }));
}

/**
 * A line that can be shown. A command may write what no rule would know without its file, as
 * `RUN echo PASSWORD > .netrc`; what is copied stands in no line.
 *
 * @param madeSecrets whether secrets were found in the files that it made
 */
export function withoutSecret(line: string, madeSecrets = false): string {
  const isCopied = /^(?:COPY|ADD)\s/u.test(line);
  if (!holdsSecret(line) && (isCopied || !madeSecrets)) return line;
  return `${/^[A-Z]+(?=\s)/u.exec(line)?.[0] ?? 'RUN'} …`;
}
