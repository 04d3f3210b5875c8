import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../src/base/index.ts';
import { runProgram } from '../../src/credentials/index.ts';
import { scanImage, toSarif } from '../../src/inspection/index.ts';
import { makeRunFolder, type RunFolder } from '../support/run-folder.ts';
import { classicArchive, makeImage } from '../unit/inspection/images.ts';
import { installedScanners } from './installed.ts';

/** With CVE-2021-36159 in apk-tools, which every scanner of Alpine knows. */
const installed = `P:apk-tools
V:2.12.5-r0
A:x86_64
S:1
I:1
T:Alpine Package Keeper
U:https://gitlab.alpinelinux.org/alpine/apk-tools
L:GPL-2.0-only
o:apk-tools
m:Natanael Copa <ncopa@alpinelinux.org>

`;
const release = 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.14.0\nPRETTY_NAME="Alpine Linux v3.14"\n';

describe('scanners', () => {
  let folder: RunFolder;
  let archive: string;
  before(async () => {
    folder = await makeRunFolder();
    archive = path.join(folder.path, 'image.tar');
    const image = await makeImage([
      [
        'ADD rootfs',
        ['etc/os-release', release],
        ['etc/alpine-release', '3.14.0\n'],
        ['lib/apk/db/installed', installed],
      ],
    ]);
    await writeFile(archive, await classicArchive(image));
  });
  after(() => folder.remove());

  it('find what is known of an old package', async () => {
    for (const { scanner, path: program } of await installedScanners()) {
      const place = { cwd: folder.path, temporaryFolder: folder.path, env: process.env, clock: systemClock };
      const parts = { scanner: scanner.id, program, run: runProgram, ...place };
      const report = await scanImage({ kind: 'archive', file: archive }, parts);
      const found = report.vulnerabilities.find(({ id }) => id === 'CVE-2021-36159');
      assert.equal(found?.package, 'apk-tools', `${scanner.name}: ${JSON.stringify(report).slice(0, 2_000)}`);
      assert.notEqual(found.severity, 'unknown');
      assert.ok(toSarif(report, { image: 'api:1' }).runs[0].results.length > 0);
    }
  });
});
