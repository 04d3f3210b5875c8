import type { LayerName } from '../finding.ts';
import type { ReadImage, ReadLayer } from '../image.ts';
import { layerNames } from '../layer-names.ts';
import { keyOf, type PathKey, pathOf } from '../listed-entry.ts';
import { type Hiding, walk } from '../walk.ts';
import type { SecretInFile } from './secret-finding.ts';

/**
 * The secrets in an image's files, also in those that a later layer hides, in the order of the image's tree. They are there
 * where the image was read with `findsSecrets`; then this takes up to a second, and nothing where there are none.
 */
export function secretsInLayers({ layers }: Pick<ReadImage, 'layers'>): SecretInFile[] {
  const held = layers.map(whatByPath);
  if (held.every(({ size }) => size === 0)) return [];
  const names = layerNames({ layers });
  const found: SecretInFile[] = [];
  for (const { key, versions } of walk(layers.map(({ listing }) => listing)))
    for (const { layer: index, hidden } of versions) {
      const layer = names[index];
      for (const what of held[index]?.get(key) ?? [])
        if (layer)
          found.push({ kind: 'secret', where: 'file', what, layer, path: pathOf(key), ...told(hidden, names) });
    }
  return found;
}

function whatByPath({ secrets = [] }: Pick<ReadLayer, 'secrets'>): Map<PathKey, Set<string>> {
  const held = new Map<PathKey, Set<string>>();
  for (const { path, what } of secrets) {
    const key = keyOf(path);
    held.set(key, (held.get(key) ?? new Set()).add(what));
  }
  return held;
}

function told(hidden: Hiding | undefined, names: readonly LayerName[]): Pick<SecretInFile, 'hidden'> {
  const by = hidden && names[hidden.by];
  return by ? { hidden: { by, how: hidden.how } } : {};
}
