import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { DockerConfigCredentials, Keychain, type KeychainAnswer } from '../../../src/credentials/index.ts';
import { concludeBy } from '../../../src/editor/push-history.ts';
import { type OpenRegistry, RegistryDoor } from '../../../src/editor/registry-door.ts';
import type { PushRecord, PushResult } from '../../../src/push/index.ts';
import { listen } from '../../support/http-server.ts';
import { filesOf } from '../credentials/parts.ts';
import { collectingLog, heldClock, otherDigest, pushedDigest, record, scriptedRegistry } from '../push/parts.ts';

const none = (): KeychainAnswer => ({ kind: 'none' });
const unasked: KeychainAnswer = { kind: 'unasked', source: 'helper', helper: 'pass' };

describe('what became of a push that was cut off', () => {
  const cut = record('p-cut', 1_000, false);
  const atLoopback = { ...cut, target: 'localhost:5000/team/api:1.0' };
  let registry: ReturnType<typeof scriptedRegistry>;

  const messageOf = (result: PushResult): string => ('error' in result ? result.error.message : '');
  /** Concludes by a registry that gives these answers. */
  const conclude = (
    push: PushRecord,
    answers: (string | undefined)[],
    { account = none(), engineIsLocal = true } = {},
  ): Promise<PushResult> => {
    registry = scriptedRegistry(answers, otherDigest);
    const opened = { account, client: registry } as unknown as OpenRegistry;
    const door = { open: () => Promise.resolve(opened) };
    return concludeBy({ door, engineIsLocal: () => Promise.resolve(engineIsLocal), clock: heldClock() })(push);
  };

  it('is what the registry says', async () => {
    const digest = { ...cut.image, targetDigest: pushedDigest };
    assert.equal((await conclude({ ...cut, image: digest }, [pushedDigest])).outcome, 'pushed');
    assert.equal((await conclude(cut, [undefined])).outcome, 'failed');
  });

  it('is not known where the registry may hide it from who is not signed in', async () => {
    const result = await conclude(cut, [undefined], { account: unasked });
    assert.equal(result.outcome, 'unknown');
    assert.match(messageOf(result), /shows none without a sign-in, and no program was run for one\.$/u);
    // What it does show it shows to everybody.
    assert.equal((await conclude(cut, [otherDigest], { account: unasked })).outcome, 'failed');
  });

  it('is not asked for here where it went to the machine of an engine elsewhere', async () => {
    const result = await conclude({ ...atLoopback, registryIs: 'elsewhere' }, [undefined]);
    assert.deepEqual([result.outcome, registry.asked], ['unknown', 0]);
    assert.match(messageOf(result), /localhost:5000 cannot be asked from here\.$/u);
  });

  it('is asked for here where it went to this machine, whichever engine is in use now', async () => {
    const result = await conclude({ ...atLoopback, registryIs: 'here' }, [undefined], { engineIsLocal: false });
    assert.deepEqual([result.outcome, registry.asked], ['failed', 2]);
  });

  it('goes by the engine in use where an earlier version did not say', async () => {
    for (const [engineIsLocal, outcome] of [
      [true, 'failed'],
      [false, 'unknown'],
    ] as const)
      assert.equal((await conclude(atLoopback, [undefined], { engineIsLocal })).outcome, outcome);
  });

  it('runs no credential helper, and is not known where the registry then wants a sign-in', async () => {
    const server = await listen(
      createServer((_, response) => void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()),
    );
    try {
      const ran: string[] = [];
      const get = (helper: string): Promise<undefined> => {
        ran.push(helper);
        return Promise.resolve(undefined);
      };
      const log = collectingLog();
      const config = JSON.stringify({ credHelpers: { [server.host]: 'pass' } });
      const dockerConfig = new DockerConfigCredentials({
        ...{ env: { DOCKER_CONFIG: '/docker' }, home: '/' },
        readFile: filesOf({ '/docker/config.json': config }),
      });
      const keychain = new Keychain({
        ...{ dockerConfig, log, helpers: { get }, useDockerConfig: () => true },
        store: { get: () => Promise.resolve({ state: 'none' }) },
        machine: { grant: () => Promise.reject(new Error('nobody asked')) },
      });
      const door = new RegistryDoor({
        accounts: keychain,
        contact: {
          optionsFor: () => ({ log, userAgent: 'test', transport: 'http' }),
          certificateFile: () => undefined,
        },
        registries: () => [],
        awsApi: () => Promise.resolve(undefined),
      });
      const asked = concludeBy({ door, engineIsLocal: () => Promise.resolve(true), clock: heldClock() });
      const result = await asked({ ...cut, target: `${server.host}/team/api:1.0`, registryIs: 'here' });
      assert.deepEqual([result.outcome, ran], ['unknown', []]);
      assert.match(messageOf(result), /asks for a sign-in\.$/u);
    } finally {
      await server.close();
    }
  });
});
