import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CertificateFile, openRegistry } from '../../../src/registry/index.ts';
import { selfSigned } from '../../support/certificate.ts';
import { makeRunFolder, type RunFolder } from '../../support/run-folder.ts';
import { failure, finishAll, lookup, pinged, scripted } from './scenario.ts';

const own = selfSigned(['registry.test']);
const other = selfSigned(['registry.test']);

describe('a file of certificates', () => {
  let folder: RunFolder;
  let file: string;

  beforeEach(async () => {
    folder = await makeRunFolder();
    file = join(folder.path, 'ca.pem');
  });
  afterEach(async () => {
    await finishAll();
    await folder.remove();
  });

  it('gives its certificates alone, whatever stands around them', async () => {
    await writeFile(file, `\uFEFFBag Attributes\r\n${own.cert}\n${own.key}subject=x\n${other.cert.trimEnd()}`);
    assert.equal(await new CertificateFile(file).certificates(), own.cert + other.cert);
  });

  it('is read again only when it has changed', async () => {
    const old = new Date(1_000_000);
    await writeFile(file, own.cert);
    await utimes(file, old, old);
    const certificates = new CertificateFile(file);
    assert.equal(await certificates.certificates(), own.cert);
    const replacement = join(folder.path, 'new.pem');
    await writeFile(replacement, other.cert);
    await utimes(replacement, old, old);
    // Of the same size and age, as some tools leave it.
    await rename(replacement, file);
    assert.equal(await certificates.certificates(), other.cert);
  });

  const cases: [what: string, make: (path: string) => Promise<unknown>, words: RegExp][] = [
    ['not there', () => Promise.resolve(), /^where there is no file\. Correct the path$/u],
    ['a folder', (path) => promisify(execFile)('mkdir', [path]), /^which is no file\./u],
    ['a pipe', (path) => promisify(execFile)('mkfifo', [path]), /^which is no file\./u],
    ['empty', (path) => writeFile(path, ''), /^which holds no certificate in PEM\./u],
    ['in another form', (path) => writeFile(path, derOf(own.cert)), /^which holds no certificate in PEM\./u],
    ['a key', (path) => writeFile(path, own.key), /^which holds no certificate in PEM\./u],
    ['a web page', (path) => writeFile(path, '<html>'), /^which holds no certificate in PEM\./u],
    ['damaged', (path) => writeFile(path, damaged(own.cert)), /^which holds a damaged certificate\./u],
    ['too large', (path) => writeFile(path, own.cert + ' '.repeat(1024 * 1024)), /^which is larger than 1 MiB\./u],
  ];
  for (const [what, make, words] of cases)
    it(`says what to do when it is ${what}`, async () => {
      await make(file);
      await assert.rejects(new CertificateFile(file).certificates(), ({ message }: Error) => {
        assert.match(message, words);
        return true;
      });
    });

  it('is trusted besides what is known from the moment it is there, and no longer when it has gone', async () => {
    const server = await scripted(own);
    const certificates = new CertificateFile(file);
    const ca = (): Promise<string> => certificates.certificates();
    const client = openRegistry(`registry.test:${server.port}`, { lookup, ca });
    const missing = await failure(client.ping());
    assert.equal(missing.code, 'certificate-file-invalid');
    assert.equal(missing.temporary, false);
    assert.equal(server.seen.length, 0);
    await writeFile(file, own.cert);
    server.expect(pinged);
    await client.ping();
    await writeFile(file, other.cert);
    const wrong = await failure(client.ping());
    assert.equal(wrong.code, 'certificate-untrusted');
    assert.match(wrong.message, /The file in dockerPush\.registryCertificates is not that of its authority\.$/u);
    assert.equal(server.seen.length, 1);
  });

  it('is not looked for over plain HTTP', async () => {
    const server = await scripted();
    const ca = (): Promise<string> => Promise.reject(new Error('not needed'));
    server.expect(pinged);
    await openRegistry(`registry.test:${server.port}`, { lookup, ca, transport: 'http' }).ping();
  });
});

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]*-----/gu, ''), 'base64');
}

function damaged(pem: string): string {
  return pem.replace(/\n.{64}\n/u, '\n');
}
