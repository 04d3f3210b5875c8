import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import { EngineTrust } from '../../../src/editor/engine-trust.ts';
import type { ChosenEndpoint, Endpoint } from '../../../src/engine/index.ts';

const engineAt = (endpoint: Endpoint, address = 'tcp://build.example:2375'): ChosenEndpoint => ({
  ...{ endpoint, address, source: 'setting', label: address, local: false },
});
const plain = engineAt({ kind: 'tcp', host: 'build.example', port: 2375 });

describe('whether a password may go to an engine', () => {
  let asked: string[];
  let answers: boolean[];
  let trust: EngineTrust;
  beforeEach(() => {
    asked = [];
    answers = [];
    const kept = new Map<string, unknown>();
    const memory = {
      get: (key: string) => kept.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
    } as unknown as Memento;
    trust = new EngineTrust(memory, async (address) => {
      asked.push(address);
      await Promise.resolve();
      const answer = answers.shift();
      if (answer === undefined) throw new Error('nothing more is to be asked');
      return answer;
    });
  });

  it('is no question where nobody can listen', async () => {
    const quiet: Endpoint[] = [
      { kind: 'unix', path: '/var/run/docker.sock' },
      { kind: 'ssh', host: 'build.example' },
      { kind: 'tcp', host: '::1', port: 2375 },
    ];
    for (const endpoint of quiet) assert.equal(await trust.mayTrust(engineAt(endpoint)), true);
  });

  it('is asked once in a request where the answer is no, and again in the next', async () => {
    answers = [false, false];
    const request = {};
    assert.deepEqual(await Promise.all([trust.mayTrust(plain, request), trust.mayTrust(plain, request)]), [
      false,
      false,
    ]);
    // Those that waited for their turn.
    assert.equal(await trust.mayTrust(plain, request), false);
    assert.equal(asked.length, 1);
    assert.equal(await trust.mayTrust(plain, {}), false);
    assert.equal(asked.length, 2);
  });

  it('is asked for each engine', async () => {
    answers = [false, true];
    const request = {};
    const other = engineAt({ kind: 'tcp', host: 'other.example', port: 2375 }, 'tcp://other.example:2375');
    assert.equal(await trust.mayTrust(plain, request), false);
    assert.equal(await trust.mayTrust(other, request), true);
    assert.deepEqual(asked, ['tcp://build.example:2375', 'tcp://other.example:2375']);
  });

  it('is not asked again where the answer was yes', async () => {
    answers = [true];
    for (const request of [{}, {}]) assert.equal(await trust.mayTrust(plain, request), true);
    assert.equal(asked.length, 1);
  });
});
