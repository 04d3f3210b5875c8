import type { FileEntry } from '../entry.ts';
import { FileSecretsFinder } from './file-secrets.ts';
import { type LayerSecret, mostSecrets } from './layer-secrets.ts';

/** Collects what a layer's files hold, as they come. */
export class LayerSecretsFinder {
  readonly secrets: LayerSecret[] = [];
  readonly #files = new FileSecretsFinder();

  add(file: FileEntry): void {
    for (const what of this.#files.find(file))
      if (this.secrets.length < mostSecrets) this.secrets.push({ path: file.path, what });
  }
}
