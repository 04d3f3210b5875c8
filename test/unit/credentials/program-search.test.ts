import assert from 'node:assert/strict';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findProgram, isInside, programCandidates, programNames } from '../../../src/credentials/program-search.ts';
import { windowsKill } from '../../../src/credentials/run-program.ts';
import { temporaryFolder } from './parts.ts';

describe('where a program is looked for', () => {
  const candidates = (platform: NodeJS.Platform, env: Record<string, string>): string[] =>
    programCandidates('p', { platform, env });

  it('is each absolute folder of PATH, in order, and nowhere else', () => {
    assert.deepEqual(candidates('linux', { PATH: '/usr/bin:.:relative/bin::../up:/opt/a b/bin' }), [
      '/usr/bin/p',
      '/opt/a b/bin/p',
    ]);
    assert.deepEqual(candidates('darwin', { PATH: '/bin' }), ['/bin/p'], 'nothing is added on macOS');
    assert.deepEqual(candidates('linux', { Path: '/bin' }), []);
    assert.deepEqual(candidates('linux', {}), []);
  });

  it('is so on Windows too, with drives, quotes, and the variable in any case', () => {
    const env = { Path: 'C:\\Docker;bin;.;C:drive;\\nodrive;"D:\\a;b"', pathext: '.EXE' };
    assert.deepEqual(candidates('win32', env), ['C:\\Docker\\p.exe']);
    assert.deepEqual(candidates('win32', { PATH: '"D:\\a b";\\\\host\\share', PATHEXT: '.EXE' }), [
      'D:\\a b\\p.exe',
      '\\\\host\\share\\p.exe',
    ]);
  });

  const names: [name: string, platform: NodeJS.Platform, pathExt: string | undefined, files: string[]][] = [
    ['p', 'linux', '.EXE', ['p']],
    ['desktop.exe', 'linux', undefined, ['desktop.exe']],
    ['p', 'win32', undefined, ['p.com', 'p.exe', 'p.bat', 'p.cmd']],
    ['p', 'win32', '.EXE;.PS1;;x', ['p.exe', 'p.ps1']],
    ['p.exe', 'win32', '.EXE', ['p.exe', 'p.exe.exe']],
    ['P.EXE', 'win32', '.exe', ['P.EXE', 'P.EXE.exe']],
    ['p.v2', 'win32', '.EXE', ['p.v2.exe']],
  ];
  for (const [name, platform, pathExt, files] of names)
    it(`is ${files.join(', ')} for ${name} on ${platform}`, () =>
      assert.deepEqual(programNames(name, platform, pathExt), files));

  const inside: [file: string, folder: string, platform: NodeJS.Platform, inside: boolean][] = [
    ['/w/bin/p', '/w', 'linux', true],
    ['/w', '/w', 'linux', true],
    ['/w/..p', '/w', 'linux', true],
    ['/w2/p', '/w', 'linux', false],
    ['/p', '/w', 'linux', false],
    ['/p', '/', 'linux', true],
    ['c:\\W\\p.exe', 'C:\\w', 'win32', true],
    ['D:\\w\\p.exe', 'C:\\w', 'win32', false],
  ];
  for (const [file, folder, platform, expected] of inside)
    it(`takes ${file} ${expected ? 'to be' : 'not to be'} in ${folder}`, () =>
      assert.equal(isInside(file, folder, platform), expected));

  it('kills on Windows with the system’s own tool, and all that the program started', () => {
    assert.deepEqual(windowsKill(7, { SystemRoot: 'D:\\Win' }), [
      'D:\\Win\\System32\\taskkill.exe',
      ['/PID', '7', '/T', '/F'],
    ]);
    assert.equal(windowsKill(7, {})[0], 'C:\\Windows\\System32\\taskkill.exe');
  });
});

describe('the search for a program', () => {
  let folder: { path: string; remove: () => Promise<void> };
  const at = (...parts: string[]): string => path.join(folder.path, ...parts);
  const put = async (name: string, mode = 0o755): Promise<string> => {
    await mkdir(path.dirname(at(name)), { recursive: true });
    await writeFile(at(name), '#!/bin/sh\n');
    await chmod(at(name), mode);
    return at(name);
  };
  const find = (folders: string[], workspaceFolders: string[] = []) =>
    findProgram('p', { platform: 'linux', env: { PATH: folders.join(':') }, workspaceFolders });
  const unusable = (why: string) => ({ kind: 'unusable', why });
  const inWorkspace = unusable('is in a folder that is open here, and what a folder brings along is not run');

  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('takes the first that can be run', async () => {
    const [first, second] = [await put('one/p'), await put('two/p')];
    assert.deepEqual(await find([at('nowhere'), at('one'), at('two')]), { kind: 'found', path: first });
    await chmod(first, 0o644);
    assert.deepEqual(await find([at('one'), at('two')]), { kind: 'found', path: second });
  });

  it('says that there is none, that it may not be executed, that it is a folder', async () => {
    assert.deepEqual(await find([at('one')]), unusable('is not on PATH'));
    await put('one/p', 0o644);
    assert.deepEqual(await find([at('one')]), unusable('may not be executed'));
    await mkdir(at('two', 'p'), { recursive: true });
    assert.deepEqual(await find([at('two')]), unusable('is not on PATH'));
  });

  it('takes none in an open folder, whatever the way there', async () => {
    await put('workspace/bin/p');
    await mkdir(at('links'));
    await symlink(at('workspace', 'bin', 'p'), at('links', 'p'));
    await symlink(at('workspace'), at('open'));
    await symlink(at('workspace', 'bin'), at('bin'));
    const open = [at('workspace')];
    for (const entry of [at('workspace', 'bin'), at('links'), at('bin')]) {
      assert.deepEqual(await find([entry], open), inWorkspace, entry);
      assert.deepEqual(await find([entry], [at('other'), at('open')]), inWorkspace, entry);
      assert.equal((await find([entry])).kind, 'found', 'were it not open');
    }
    assert.deepEqual(await find([at('bin'), at('two')], open), inWorkspace);
    const other = await put('two/p');
    assert.deepEqual(await find([at('bin'), at('two')], open), { kind: 'found', path: other });
  });

  it('looks in other folders where they are given, and not on PATH', async () => {
    const [, second] = [await put('one/p'), await put('two/p')];
    const places = { platform: 'linux', env: { PATH: at('one') }, workspaceFolders: [] } as const;
    assert.deepEqual(await findProgram('p', { ...places, folders: ['two', at('two')] }), {
      kind: 'found',
      path: second,
    });
    assert.deepEqual(await findProgram('p', { ...places, folders: [at('three')] }), unusable('is not there'));
    assert.deepEqual(await findProgram('p', { ...places, folders: [] }), unusable('is not there'));
  });

  it('takes none that lies where the process just is', async () => {
    await put('here/p');
    const before = process.cwd();
    process.chdir(at('here'));
    try {
      for (const entry of ['.', '', './', '../here']) assert.deepEqual(await find([entry]), unusable('is not on PATH'));
    } finally {
      process.chdir(before);
    }
  });
});
