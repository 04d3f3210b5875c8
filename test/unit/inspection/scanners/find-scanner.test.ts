import assert from 'node:assert/strict';
import { type FindProgram, findScanner, pluginFolders, type ScannerId } from '../../../../src/inspection/index.ts';

describe('the scanner', () => {
  const plugins = (): Promise<string[]> => Promise.resolve(['/plugins']);
  /** These are on PATH, or in the folder of plugins; the others are not. */
  const having =
    (...there: string[]): FindProgram =>
    (program, folders) => {
      const place = (folders ?? ['/bin']).map((folder) => `${folder}/${program}`).find((one) => there.includes(one));
      const why = folders ? 'is not there' : 'is not on PATH';
      return Promise.resolve(place === undefined ? { kind: 'unusable', why } : { kind: 'found', path: place });
    };
  const pathFor = async (wanted: 'auto' | ScannerId, ...there: string[]): Promise<string> => {
    const found = await findScanner(wanted, having(...there), plugins);
    return found.kind === 'found' ? `${found.scanner.id} ${found.path}` : found.why;
  };

  it('is the first that is there', async () => {
    assert.equal(await pathFor('auto', '/bin/grype', '/bin/trivy', '/bin/docker-scout'), 'trivy /bin/trivy');
    assert.equal(await pathFor('auto', '/bin/docker-scout', '/bin/grype'), 'grype /bin/grype');
    assert.equal(await pathFor('auto', '/plugins/docker-scout'), 'docker-scout /plugins/docker-scout');
  });

  it('is the one that is wanted, and no other', async () => {
    assert.equal(await pathFor('grype', '/bin/grype', '/bin/trivy'), 'grype /bin/grype');
    assert.equal(await pathFor('grype', '/bin/trivy'), 'Grype is not on PATH.');
    assert.equal(
      await pathFor('docker-scout'),
      'Docker Scout is not on PATH, and as a plugin of the Docker CLI it is not there.',
    );
    assert.equal(await pathFor('trivy', '/plugins/trivy'), 'Trivy is not on PATH.', 'only Docker Scout is a plugin');
  });

  it('is missing in words, and by the pages that help', async () => {
    const found = await findScanner('auto', having(), plugins);
    assert.ok(found.kind === 'missing');
    assert.equal(
      found.why,
      'No scanner can be run: Trivy is not on PATH; Grype is not on PATH; Docker Scout is not on PATH, and as a plugin of the Docker CLI it is not there.',
    );
    for (const { installPage } of found.wanted) assert.match(installPage, /^https:\/\//u);
  });

  it('tells why one that is there is not run', async () => {
    const why = 'is in a folder that is open here, and what a folder brings along is not run';
    const found = await findScanner(
      'docker-scout',
      (_, folders) => Promise.resolve({ kind: 'unusable', why: folders ? 'is not there' : why }),
      plugins,
    );
    assert.deepEqual(
      found.kind === 'missing' && found.why,
      `Docker Scout ${why}, and as a plugin of the Docker CLI it is not there.`,
    );
  });
});

describe('the folders of plugins', () => {
  const missing = (): Promise<string> => Promise.reject(new Error('ENOENT'));

  it('are the configuration’s, those it adds, the system’s', async () => {
    const read: string[] = [];
    const readFile = (file: string): Promise<string> => {
      read.push(file);
      return Promise.resolve('{"cliPluginsExtraDirs": ["/home/ada/.docker/scout", 7]}');
    };
    const folders = await pluginFolders({ platform: 'linux', env: {}, home: '/home/ada', readFile });
    assert.deepEqual(read, ['/home/ada/.docker/config.json']);
    assert.deepEqual(folders.slice(0, 3), [
      '/home/ada/.docker/cli-plugins',
      '/home/ada/.docker/scout',
      '/usr/local/lib/docker/cli-plugins',
    ]);
  });

  it('are elsewhere where the user says so, and on Windows', async () => {
    const env = { DOCKER_CONFIG: '/etc/mine' };
    const [first] = await pluginFolders({ platform: 'darwin', env, home: '/Users/ada', readFile: missing });
    assert.equal(first, '/etc/mine/cli-plugins');
    const windows = { platform: 'win32', env: { ProgramFiles: 'C:\\Programs' }, home: 'C:\\Ada' } as const;
    assert.deepEqual(await pluginFolders({ ...windows, readFile: missing }), [
      'C:\\Ada\\.docker\\cli-plugins',
      'C:\\Programs\\Docker\\cli-plugins',
    ]);
  });

  for (const config of ['', 'null', '[]', '{"cliPluginsExtraDirs": "x"}', '{'])
    it(`are the usual ones where the configuration is ${config || 'empty'}`, async () => {
      const readFile = (): Promise<string> => Promise.resolve(config);
      assert.equal((await pluginFolders({ platform: 'linux', env: {}, home: '/h', readFile })).length, 5);
    });
});
