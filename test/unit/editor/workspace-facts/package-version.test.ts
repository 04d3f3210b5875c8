import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packageVersionIn } from '../../../../src/editor/workspace-facts/package-version.ts';
import { makeRunFolder, type RunFolder } from '../../../support/run-folder.ts';
import { silent } from './silent.ts';

describe('the version of a folder', () => {
  let run: RunFolder;
  let folders = 0;
  before(async () => (run = await makeRunFolder()));
  after(() => run.remove());

  const folderWith = async (files: Record<string, string>): Promise<string> => {
    const folder = path.join(run.path, String(++folders));
    await mkdir(folder);
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    return folder;
  };
  const versionOf = async (files: Record<string, string>): Promise<string | undefined> => {
    const found = await packageVersionIn(await folderWith(files), silent);
    return found && `${found.version} (${found.file})`;
  };

  const pom = (inside: string): string =>
    `<?xml version="1.0"?>\n<project xmlns="http://maven.apache.org/POM/4.0.0">${inside}</project>`;
  const csproj = (inside: string): string => `<Project Sdk="Microsoft.NET.Sdk">${inside}</Project>`;

  const cases: [what: string, file: string, text: string, version: string | undefined][] = [
    ['an npm package', 'package.json', '{"name": "api", "version": "1.4.2"}', '1.4.2'],
    ['an npm package with a byte order mark', 'package.json', '\uFEFF{"version": "1.4.2"}', '1.4.2'],
    ['an npm package without one', 'package.json', '{"private": true}', undefined],
    ['an npm package whose version is no text', 'package.json', '{"version": 1.4}', undefined],
    ['an npm package that is an array', 'package.json', '["version"]', undefined],
    ['broken JSON', 'package.json', '{"version": "1.4.2"', undefined],
    ['a crate', 'Cargo.toml', '[package]\nname = "api"\nversion = "0.3.1" # next\n', '0.3.1'],
    [
      'a crate with dependencies first',
      'Cargo.toml',
      '[dependencies]\nserde = { version = "9" }\n[package]\nversion = "0.3.1"',
      '0.3.1',
    ],
    [
      'a crate of its own workspace',
      'Cargo.toml',
      '[workspace.package]\nversion = "2.0.0"\n[package]\nversion.workspace = true',
      '2.0.0',
    ],
    ['a crate of another workspace', 'Cargo.toml', '[package]\nversion.workspace = true', undefined],
    ['broken TOML', 'Cargo.toml', '[package\nversion = "0.3.1"', undefined],
    ['a Python project', 'pyproject.toml', '[project]\nversion = "3.1.0rc1"', '3.1.0rc1'],
    ['a Python project of Poetry', 'pyproject.toml', '[tool.poetry]\nversion = "3.1.0"', '3.1.0'],
    ['a Python project that makes it later', 'pyproject.toml', '[project]\ndynamic = ["version"]', undefined],
    [
      'a Maven project',
      'pom.xml',
      pom(
        '<dependencies><dependency><version>9</version></dependency></dependencies><version> 5.1-SNAPSHOT </version>',
      ),
      '5.1-SNAPSHOT',
    ],
    ['a Maven project of a parent', 'pom.xml', pom('<parent><version>5.2</version></parent>'), '5.2'],
    [
      'a Maven project with its own before its parent’s',
      'pom.xml',
      pom('<parent><version>5.2</version></parent><version>6.0</version>'),
      '6.0',
    ],
    [
      'a Maven project with a property',
      'pom.xml',
      pom('<version>${revision}-x</version><properties><revision>7.0</revision></properties>'),
      '7.0-x',
    ],
    ['a Maven project with a property from elsewhere', 'pom.xml', pom('<version>${revision}</version>'), undefined],
    ['XML that is no project', 'pom.xml', '<settings><version>1</version></settings>', undefined],
    ['broken XML', 'pom.xml', '<project><version>1', undefined],
    ['a Maven project with an instruction', 'pom.xml', pom('<?version 1?><version>5.3</version>'), '5.3'],
    [
      'entities that grow',
      'pom.xml',
      '<!DOCTYPE p [<!ENTITY a "1"><!ENTITY b "&a;&a;">]><project><version>&b;</version></project>',
      undefined,
    ],
    [
      'a .NET project',
      'Api.csproj',
      csproj('<PropertyGroup><A/></PropertyGroup><PropertyGroup><Version>8.0.1</Version></PropertyGroup>'),
      '8.0.1',
    ],
    [
      'a .NET project with a prefix',
      'Api.csproj',
      csproj('<PropertyGroup><VersionPrefix>8.0</VersionPrefix></PropertyGroup>'),
      '8.0',
    ],
    [
      'a .NET project whose version is computed',
      'Api.csproj',
      csproj('<PropertyGroup><Version>$(Base).1</Version></PropertyGroup>'),
      undefined,
    ],
    ['a file that says it', 'VERSION', '2.7.0\n', '2.7.0'],
    ['a file that says more', 'VERSION', 'This is version 2.7.0\n', undefined],
    ['an empty file', 'VERSION', '\n', undefined],
    ['a file of another name', 'version.txt', '2.7.0', undefined],
  ];
  for (const [what, file, text, version] of cases)
    it(`is ${version ?? 'unknown'} for ${what}`, async () => {
      assert.equal(await versionOf({ [file]: text }), version && `${version} (${file})`);
    });

  it('is that of the first manifest that has one', async () => {
    const rest = { 'Cargo.toml': '[package]\nversion = "0.2.0"', VERSION: '0.3.0' };
    assert.equal(await versionOf({ 'package.json': '{"version": "0.1.0"}', ...rest }), '0.1.0 (package.json)');
    assert.equal(await versionOf({ 'package.json': '{}', ...rest }), '0.2.0 (Cargo.toml)');
    assert.equal(await versionOf({ 'package.json': 'broken', ...rest }), '0.2.0 (Cargo.toml)');
  });

  it('is that of the first of several .NET projects that has one', async () => {
    const versions = {
      'A.csproj': csproj(''),
      'B.csproj': csproj('<PropertyGroup><Version>2</Version></PropertyGroup>'),
    };
    assert.equal(await versionOf(versions), '2 (B.csproj)');
  });

  it('is not read from what is large, a folder, or a link', async () => {
    const big = `{"version": "1.0.0", "x": "${'x'.repeat(256 * 1024)}"}`;
    assert.equal(await versionOf({ 'package.json': big }), undefined);
    const folder = await folderWith({});
    await mkdir(path.join(folder, 'package.json'));
    const elsewhere = await folderWith({ secret: '1.0.0' });
    await symlink(path.join(elsewhere, 'secret'), path.join(folder, 'VERSION'));
    assert.equal(await packageVersionIn(folder, silent), undefined);
  });

  it('is unknown where there is no folder', async () => {
    assert.equal(await packageVersionIn(path.join(run.path, 'nowhere'), silent), undefined);
  });
});
