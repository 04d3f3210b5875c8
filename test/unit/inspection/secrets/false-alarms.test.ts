import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { limits, wantsContent } from '../../../../src/inspection/index.ts';
import { FileSecretsFinder } from '../../../../src/inspection/secrets/file-secrets.ts';
import { cacheDir } from '../../../support/cache.ts';

/** Unpacked packages of Debian, Node and the editor's server, where an earlier run has fetched them. */
const roots = readdirSync(cacheDir())
  .filter((name) => /^(?:bookworm|sid|node|vscode-server)-[\w.-]+$/u.test(name) && !/\.\d+\.\w+$/u.test(name))
  .map((name) => path.join(cacheDir(), name));
const project = path.resolve(import.meta.dirname, '../../../..');

describe('no secret is seen in what is no secret', function () {
  this.timeout(120_000);
  it('in the files of ordinary packages', function () {
    if (roots.length === 0) return this.skip();
    for (const root of roots) assert.deepEqual(secretsBelow(root, ''), []);
  });
  it('in the packages that this project is made with, as they are in an image of an application', () =>
    assert.deepEqual(secretsBelow(path.join(project, 'node_modules'), '/app/node_modules'), []));
});

function secretsBelow(folder: string, place: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): string[] => {
    const [file, named] = [path.join(folder, entry.name), `${place}/${entry.name}`];
    if (entry.isDirectory()) return secretsBelow(file, named);
    if (!entry.isFile()) return [];
    const { size, mode } = statSync(file);
    const wanted = { kind: 'file', path: named, size, mode } as const;
    if (size > limits.contentBytes || !wantsContent(wanted)) return [];
    return new FileSecretsFinder().find({ ...wanted, content: readFileSync(file) }).map((what) => `${named} ${what}`);
  });
}
