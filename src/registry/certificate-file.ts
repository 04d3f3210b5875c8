import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { codeOf } from './connection-errors.ts';

/** All that a machine trusts is a quarter of this. */
const limit = 1024 * 1024;
const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/gu;

/**
 * The certificates in a file, in PEM (https://www.rfc-editor.org/rfc/rfc7468#section-5); what else is in it, as a private
 * key, is left there. It is read again when the file has changed.
 */
export class CertificateFile {
  readonly #path: string;
  #read: { readonly sign: string; readonly certificates: string } | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws Error whose message is what is wrong and what to do, to stand after the file's path */
  async certificates(): Promise<string> {
    try {
      const { ino, size, mtimeMs, isFile } = await statOf(this.#path);
      // Asked first: a pipe would be waited for.
      if (!isFile) throw new Error('which is no file. Name a PEM file');
      if (size > limit) throw new Error('which is larger than 1 MiB. Name a file with the certificate alone');
      const sign = [ino, size, mtimeMs].join();
      if (this.#read?.sign !== sign) this.#read = { sign, certificates: certificatesIn(await readFile(this.#path)) };
      return this.#read.certificates;
    } catch (error) {
      const code = codeOf(error);
      if (code === '') throw error;
      throw new Error(unreadable[code] ?? `which cannot be read (${code}). Name a PEM file`, { cause: error });
    }
  }
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'where there is no file. Correct the path',
  ENOTDIR: 'where there is no file. Correct the path',
  EACCES: 'which may not be read. Let your user read it',
  EPERM: 'which may not be read. Let your user read it',
};

async function statOf(path: string): Promise<{ ino: number; size: number; mtimeMs: number; isFile: boolean }> {
  const found = await stat(path);
  return { ino: found.ino, size: found.size, mtimeMs: found.mtimeMs, isFile: found.isFile() };
}

function certificatesIn(bytes: Buffer): string {
  const found = bytes.toString('latin1').match(block) ?? [];
  if (found.length === 0)
    throw new Error('which holds no certificate in PEM. Name a file with a line “-----BEGIN CERTIFICATE-----”');
  for (const certificate of found) checkCertificate(certificate);
  return `${found.join('\n')}\n`;
}

function checkCertificate(certificate: string): void {
  try {
    new X509Certificate(certificate);
  } catch (error) {
    // Its code is OpenSSL's, and says nothing to who wrote the setting.
    throw Object.assign(new Error('which holds a damaged certificate. Put a whole one there'), { reason: error });
  }
}
