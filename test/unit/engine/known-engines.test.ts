import assert from 'node:assert/strict';
import { findEngines, type KnownEngine } from '../../../src/engine/index.ts';

type Question = Parameters<typeof findEngines>[0];

function find(files: Record<string, string>, question: Partial<Question> = {}): Promise<KnownEngine[]> {
  const list = (folder: string): Promise<string[]> => {
    const below = Object.keys(files).filter((file) => file.startsWith(folder));
    if (below.length === 0) return Promise.reject(new Error('ENOENT'));
    return Promise.resolve(
      below.map((file) =>
        file
          .slice(folder.length)
          .split(/[\\/]/u)
          .find((part) => part !== '')!,
      ),
    );
  };
  const read = (file: string): Promise<string> => Promise.resolve(files[file] ?? '');
  return findEngines({ env: {}, platform: 'linux', home: '/home/kim', files: { list, read }, ...question });
}

const context = (Name: string, Host: unknown): string => JSON.stringify({ Name, Endpoints: { docker: { Host } } });

describe('findEngines', () => {
  it('lists the contexts by name, leaving out those that cannot be used', async () => {
    const folder = '/home/kim/.docker/contexts/meta';
    const files = {
      [`${folder}/1/meta.json`]: context('work', 'ssh://kim@work'),
      [`${folder}/2/meta.json`]: context('desktop-linux', 'unix:///home/kim/.docker/desktop/docker.sock'),
      [`${folder}/3/meta.json`]: 'damaged',
      [`${folder}/4/meta.json`]: context('strange', 'fd://3'),
      [`${folder}/5/meta.json`]: context('typed', 5),
    };
    assert.deepEqual(await find(files), [
      {
        setting: 'context:desktop-linux',
        label: 'desktop-linux',
        address: 'unix:///home/kim/.docker/desktop/docker.sock',
      },
      { setting: 'context:work', label: 'work', address: 'ssh://kim@work' },
    ]);
  });

  it('lists the known sockets that are there, each once', async () => {
    const files = {
      '/var/run/docker.sock': '',
      '/run/user/1000/docker.sock': '',
      '/run/user/1000/podman/podman.sock': '',
      '/home/kim/.docker/desktop/docker.sock': '',
      '/home/kim/.docker/contexts/meta/1/meta.json': context('mine', 'unix:///home/kim/.docker/desktop/docker.sock'),
    };
    const engines = await find(files, { env: { XDG_RUNTIME_DIR: '/run/user/1000' } });
    assert.deepEqual(
      engines.map(({ label, setting }) => `${label}: ${setting}`),
      [
        'mine: context:mine',
        'Docker: unix:///var/run/docker.sock',
        'Docker, rootless: unix:///run/user/1000/docker.sock',
        'Podman, rootless: unix:///run/user/1000/podman/podman.sock',
      ],
    );
  });

  it('knows the sockets of macOS and the pipes of Windows', async () => {
    const mac = await find(
      { '/Users/kim/.docker/run/docker.sock': '', '/Users/kim/.orbstack/run/docker.sock': '' },
      { platform: 'darwin', home: '/Users/kim' },
    );
    assert.deepEqual(
      mac.map(({ setting }) => setting),
      ['unix:///Users/kim/.docker/run/docker.sock', 'unix:///Users/kim/.orbstack/run/docker.sock'],
    );
    const windows = await find({ '\\\\.\\pipe\\docker_engine': '' }, { platform: 'win32', home: 'C:\\Users\\kim' });
    assert.deepEqual(windows, [
      { setting: 'npipe:////./pipe/docker_engine', label: 'Docker', address: 'npipe:////./pipe/docker_engine' },
    ]);
  });

  it('finds nothing on an empty machine', async () => assert.deepEqual(await find({}), []));
});
