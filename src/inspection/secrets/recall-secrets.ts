import type { ImageConfig } from '../image-config.ts';
import type { KnownSecrets, ReadLayer } from '../image.ts';
import { layerNames } from '../layer-names.ts';
import type { SecretInFile } from './secret-finding.ts';

/**
 * The secrets in an image's files as far as its layers were read before, without reading any: some milliseconds. Which later
 * layer hides one is not said.
 *
 * @returns undefined where not all layers are known
 */
export async function recallSecrets(
  { diffIds, history }: Pick<ImageConfig, 'diffIds' | 'history'>,
  known: KnownSecrets,
): Promise<SecretInFile[] | undefined> {
  const steps = history.filter(({ madeLayer }) => madeLayer);
  const isTold = steps.length === diffIds.length;
  const layers: Pick<ReadLayer, 'diffId' | 'instruction' | 'secrets'>[] = [];
  for (const [index, diffId] of diffIds.entries()) {
    const secrets = await known.get(diffId);
    if (!secrets) return undefined;
    const instruction = isTold ? steps[index]?.createdBy : undefined;
    layers.push({ diffId, secrets, ...(instruction && { instruction }) });
  }
  return layerNames({ layers }).flatMap((layer, index) =>
    (layers[index]?.secrets ?? []).map(({ path, what }): SecretInFile => ({
      kind: 'secret',
      where: 'file',
      what,
      layer,
      path,
    })),
  );
}
