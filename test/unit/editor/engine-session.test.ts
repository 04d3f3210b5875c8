import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { EngineSession } from '../../../src/editor/engine-session.ts';
import { makeRunFolder } from '../../support/run-folder.ts';
import { collectingLog } from '../push/parts.ts';

/** An engine that says who it is, and nothing else. */
async function startEngine(socket: string, version: string): Promise<Server & { asked: number }> {
  const engine = Object.assign(
    createServer((request, response) => {
      engine.asked += 1;
      const answers: Record<string, object> = {
        version: { Version: version, ApiVersion: '1.41', MinAPIVersion: '1.12', Os: 'linux', Arch: 'amd64' },
        info: { DriverStatus: [], Driver: 'overlay2', OSType: 'linux', Architecture: 'x86_64', ServerVersion: version },
      };
      const answer = answers[/\/(version|info)$/u.exec(request.url ?? '')?.[1] ?? ''];
      response.writeHead(answer ? 200 : 599, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
    }),
    { asked: 0 },
  );
  engine.listen(socket);
  await once(engine, 'listening');
  return engine;
}

describe('the engine in use', () => {
  let folder: Awaited<ReturnType<typeof makeRunFolder>>;
  let servers: (Server & { asked: number })[];
  let setting: string;
  let session: EngineSession;
  const address = (name: string): string => `unix://${join(folder.path, name)}`;

  before(async () => {
    folder = await makeRunFolder();
    servers = [
      await startEngine(join(folder.path, 'a'), '20.10.24'),
      await startEngine(join(folder.path, 'b'), '28.5.2'),
    ];
  });
  after(async () => {
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
    await folder.remove();
  });
  beforeEach(() => {
    setting = address('a');
    session = new EngineSession(() => setting, collectingLog());
  });
  afterEach(() => session.dispose());

  it('is asked who it is once, by whoever comes first', async () => {
    const before = servers[0]?.asked ?? 0;
    const [one, other] = await Promise.all([session.connect(), session.connect()]);
    assert.equal(one.info.version, '20.10.24');
    assert.equal(one.engine, other.engine);
    const asked = (servers[0]?.asked ?? 0) - before;
    await session.connect();
    assert.equal((servers[0]?.asked ?? 0) - before, asked);
  });

  it('is another one as soon as another is chosen, also when nobody looked', async () => {
    await session.connect();
    setting = address('b');
    assert.equal(await session.changed(), true);
    assert.equal((await session.connect()).info.version, '28.5.2');
    assert.equal(session.chosen?.address, address('b'));
  });

  it('is the one that is chosen at the end, when that changes while one is asked', async () => {
    const first = session.connect();
    setting = address('b');
    session.reset();
    assert.equal((await session.connect()).info.version, '28.5.2');
    await first;
    assert.equal(session.chosen?.address, address('b'));
  });

  it('is not remembered when it does not answer', async () => {
    setting = address('nobody');
    await assert.rejects(session.connect(), { side: 'engine', code: 'engine-unreachable' });
    setting = address('a');
    assert.equal((await session.connect()).info.version, '20.10.24');
  });
});
