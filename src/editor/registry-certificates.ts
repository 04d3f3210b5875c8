import path from 'node:path';
import { messageOf, plainText } from '../base/index.ts';
import { formatRegistryKey, parseRegistryKey } from '../reference/index.ts';
import type { RegistryKey, Repository } from '../reference/index.ts';
import type { CertificateFile } from '../registry/index.ts';
import { longestMatch } from './registry-config.ts';

const setting = 'dockerPush.registryCertificates';

/**
 * The files with which the certificates of registries are trusted, as the setting names them: from a registry, `host[:port]`
 * or with a namespace, to the absolute path of a PEM file. They are read when a registry is contacted. What is wrong with
 * one fails that contact: a registry that was to be trusted by it is never judged by others alone.
 */
export class RegistryCertificates {
  readonly #setting: () => unknown;
  readonly #files = new Map<string, CertificateFile>();

  /** @param value of the setting, as it is when asked */
  constructor(value: () => unknown) {
    this.#setting = value;
  }

  /** The file that is named for a place, right or wrong, as plain text; undefined where none is named. */
  fileFor(place: Repository | RegistryKey): string | undefined {
    const named = this.#named(place);
    return named && shown(named.file);
  }

  /**
   * The certificates in PEM that are named for a place; undefined where none are.
   *
   * @throws Error whose message names the setting, the file and what to do
   */
  async certificatesFor(place: Repository | RegistryKey): Promise<string | undefined> {
    const value = this.#setting() ?? {};
    if (typeof value !== 'object' || Array.isArray(value))
      throw new Error(`${setting} is no list of registries with their files. Correct it, or remove it.`);
    const named = this.#named(place);
    if (named === undefined) return undefined;
    const { key, file } = named;
    const wrong = (what: string): Error =>
      new Error(`${setting} names ${shown(file)} for ${key}, ${what}, or remove the entry.`);
    if (typeof file !== 'string') throw wrong('which is no path. Write the path of a PEM file');
    if (!path.isAbsolute(file)) throw wrong('which is no absolute path. Write the whole path of a PEM file');
    const { CertificateFile } = await import('../registry/index.ts');
    const content = this.#files.get(file) ?? new CertificateFile(file);
    this.#files.set(file, content);
    return content.certificates().catch((error: unknown) => {
      throw wrong(messageOf(error));
    });
  }

  /** By the keys that are written rightly; settings.json underlines others. */
  #named(place: Repository | RegistryKey): { readonly key: string; readonly file: unknown } | undefined {
    const value = this.#setting();
    if (typeof value !== 'object' || value === null) return undefined;
    const entries = Object.entries(value).flatMap(([written, file]: [string, unknown]) => {
      const key = canonical(written);
      return key === undefined ? [] : [{ key, file }];
    });
    return longestMatch(place, entries, ({ key }) => key);
  }
}

function shown(file: unknown): string {
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  return plainText(text, 300) || '“”';
}

/** A key as registries have it; undefined for what is none. */
function canonical(key: string): string | undefined {
  try {
    return formatRegistryKey(parseRegistryKey(key));
  } catch {
    return undefined;
  }
}
