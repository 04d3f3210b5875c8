import type { BuildTools, LayerName, PackageCache, Sources } from './finding.ts';
import { type FolderRule, type RuledFolder, ruleFor } from './folder-rules.ts';
import { pathOf } from './listed-entry.ts';
import { fromStage, runAlso, runWithCache, withOption } from './mending.ts';
import type { Place } from './walk.ts';

/** Below this nobody would change a Dockerfile; base images come with some kilobytes in most of these folders. */
const worthBytes = 1_000_000;

/** Collects what is seen in folders that an image has no need of. What is hidden is counted elsewhere. */
export class NeedlessFoldersFinder {
  readonly #layers: readonly LayerName[];
  readonly #found = new Map<string, Found>();
  /** Files of a folder follow each other. */
  #last: { readonly folder: string; readonly ruled: RuledFolder | undefined } = { folder: '', ruled: undefined };

  constructor(layers: readonly LayerName[]) {
    this.#layers = layers;
  }

  add({ key, versions }: Place): void {
    const seen = versions.at(-1);
    if (!seen || seen.hidden || seen.entry.size === 0) return;
    const folder = key.slice(0, key.lastIndexOf('\0'));
    if (folder !== this.#last.folder) this.#last = { folder, ruled: ruleFor(pathOf(folder as typeof key)) };
    const { ruled } = this.#last;
    if (!ruled) return;
    const id = `${seen.layer} ${ruled.rule.name}`;
    const found = this.#found.get(id) ?? { ...ruled, layer: seen.layer, bytes: 0, files: 0 };
    this.#found.set(id, { ...found, bytes: found.bytes + seen.entry.size, files: found.files + 1 });
  }

  findings(): NeedlessFolder[] {
    return [...this.#found.values()].flatMap(({ rule, folder, layer: index, bytes, files }): NeedlessFolder[] => {
      const layer = this.#layers[index];
      if (!layer || bytes < worthBytes) return [];
      const found = { layer, bytes, files, folder, mend: mendOf(rule, folder, layer) };
      switch (rule.kind) {
        case 'package-cache':
          return [{ kind: rule.kind, manager: rule.name, ...found }];
        case 'build-tools':
          return [{ kind: rule.kind, tools: rule.name, ...found }];
        case 'sources':
          return [{ kind: rule.kind, what: rule.name, ...found }];
      }
    });
  }
}

type NeedlessFolder = PackageCache | BuildTools | Sources;

interface Found extends RuledFolder {
  readonly layer: number;
  readonly bytes: number;
  readonly files: number;
}

function mendOf({ kind, clean }: FolderRule, folder: string, { line }: LayerName): string {
  if (line !== undefined && /^(?:COPY|ADD)\s/u.test(line)) {
    const name = folder.slice(folder.lastIndexOf('/') + 1);
    return withOption(line, `--exclude=**/${name}`);
  }
  if (kind !== 'package-cache') return fromStage('/app');
  return clean === undefined ? runWithCache(line, folder) : runAlso(line, clean);
}
