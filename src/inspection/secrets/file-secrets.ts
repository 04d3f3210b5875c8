import type { FileEntry } from '../entry.ts';
import { limits } from '../limits.ts';
import { credentialIn, isCredentialFile } from './credential-files.ts';
import { isDistributed } from './looked-at.ts';
import { mayHoldSecret } from './prefilter.ts';
import { textSecrets } from './text-secrets.ts';

/** As Git decides it: a zero byte in the first bytes is of no text. */
const lookedAtBytes = 8000;

/** Finds what the files of a layer hold. */
export class FileSecretsFinder {
  #signedBytes = 0;

  /** In plain words, each once; nothing where its content was not read. */
  find({ path, content }: FileEntry): string[] {
    if (!content || content.subarray(0, lookedAtBytes).includes(0)) return [];
    // A character a byte: that is fast, and what is looked for is ASCII.
    const text = content.toString('latin1');
    const credential = isCredentialFile(path) ? credentialIn(path, text) : undefined;
    const found = new Set(credential === undefined ? [] : [credential]);
    if (mayHoldSecret(text) && (this.#signedBytes += content.length) <= limits.signedBytes) {
      const isExample = credential !== undefined || isDistributed(path);
      for (const { what, isAddress } of textSecrets(content.toString(), path))
        if (!(isAddress && isExample)) found.add(what);
    }
    return [...found];
  }
}
