import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RegistryCertificates } from '../../../src/editor/registry-certificates.ts';
import { parseRegistryKey, parseRepository } from '../../../src/reference/index.ts';
import { selfSigned } from '../../support/certificate.ts';
import { makeRunFolder, type RunFolder } from '../../support/run-folder.ts';

describe('the certificates that are named for registries', () => {
  let folder: RunFolder;
  before(async () => {
    folder = await makeRunFolder();
  });
  after(() => folder.remove());

  it('are those of the longest key that matches on path boundaries, and of exactly that host', () => {
    const certificates = new RegistryCertificates(() => ({
      'r.example': '/host',
      'R.example/team': '/team',
      'r.example:5000': '/port',
      'https://other.example': '/other',
    }));
    const at = (place: string): string | undefined => certificates.fileFor(parseRegistryKey(place));
    assert.equal(at('r.example'), '/host');
    assert.equal(at('r.example/team'), '/team');
    assert.equal(at('r.example/teams'), '/host');
    assert.equal(certificates.fileFor(parseRepository('r.example/team/api')), '/team');
    assert.equal(at('r.example:5000'), '/port');
    for (const place of ['r.example:5001', 'sub.r.example', 'example.com', 'other.example'])
      assert.equal(at(place), undefined, place);
  });

  it('are read as the setting is when they are asked for', async () => {
    const { cert } = selfSigned(['r.example']);
    const file = path.join(folder.path, 'ca.pem');
    await writeFile(file, cert);
    let value: unknown = {};
    const certificates = new RegistryCertificates(() => value);
    const asked = (): Promise<string | undefined> => certificates.certificatesFor({ registry: 'r.example' });
    assert.equal(await asked(), undefined);
    value = { 'r.example': file };
    assert.equal(await asked(), cert);
    value = undefined;
    assert.equal(await asked(), undefined);
  });

  const missing = path.resolve('/there/is/none.pem');
  const entry = 'dockerPush.registryCertificates names';
  for (const [value, words] of [
    [
      { 'r.example': missing },
      `${entry} ${missing} for r.example, where there is no file. Correct the path, or remove the entry.`,
    ],
    [
      { 'r.example': 'ca.pem' },
      `${entry} ca.pem for r.example, which is no absolute path. Write the whole path of a PEM file, or remove the entry.`,
    ],
    [
      { 'r.example': '' },
      `${entry} “” for r.example, which is no absolute path. Write the whole path of a PEM file, or remove the entry.`,
    ],
    [
      { 'r.example': 7 },
      `${entry} 7 for r.example, which is no path. Write the path of a PEM file, or remove the entry.`,
    ],
    ['/ca.pem', 'dockerPush.registryCertificates is no list of registries with their files. Correct it, or remove it.'],
    [
      ['/ca.pem'],
      'dockerPush.registryCertificates is no list of registries with their files. Correct it, or remove it.',
    ],
  ] as [unknown, string][])
    it(`are never passed over: ${JSON.stringify(value)}`, async () => {
      const certificates = new RegistryCertificates(() => value);
      await assert.rejects(certificates.certificatesFor({ registry: 'r.example' }), { message: words });
    });
});
