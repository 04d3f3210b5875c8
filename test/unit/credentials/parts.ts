import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SecretVault } from '../../../src/credentials/index.ts';

/** A vault as VS Code's, whose content a test can look into and spoil. */
export class MemoryVault implements SecretVault {
  readonly secrets = new Map<string, string>();
  /** Thrown by every call from now on. */
  failure: Error | undefined;

  get(key: string): Promise<string | undefined> {
    return this.#answer(() => this.secrets.get(key));
  }

  store(key: string, value: string): Promise<void> {
    return this.#answer(() => void this.secrets.set(key, value));
  }

  delete(key: string): Promise<void> {
    return this.#answer(() => void this.secrets.delete(key));
  }

  async #answer<T>(work: () => T): Promise<T> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    return work();
  }
}

/** An empty folder for the test that is running, and how to remove it. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'docker-push-credentials-'));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** `fs.readFile` of files that are given; what is an error is thrown. */
export function filesOf(files: Readonly<Record<string, string | Error>>): (file: string) => Promise<string> {
  return (file) => {
    const content = files[file] ?? Object.assign(new Error(`ENOENT: ${file}`), { code: 'ENOENT' });
    return content instanceof Error ? Promise.reject(content) : Promise.resolve(content);
  };
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
