import assert from 'node:assert/strict';
import type { RegistryConfig } from '../../../src/editor/registry-config.ts';
import { RegistryRows } from '../../../src/editor/views/registry-rows.ts';
import type { KeychainAnswer } from '../../../src/credentials/index.ts';
import { formatRegistryKey } from '../../../src/reference/index.ts';

const none: KeychainAnswer = { kind: 'none' };
const helper = { kind: 'unasked', source: 'helper' } as unknown as KeychainAnswer;

function rowsOf(...names: string[]): {
  rows: RegistryRows;
  registries: RegistryConfig[];
  answers: Map<string, () => Promise<KeychainAnswer>>;
} {
  const registries: RegistryConfig[] = names.map((registry) => ({ registry }));
  const answers = new Map<string, () => Promise<KeychainAnswer>>();
  const rows = new RegistryRows({
    registries: () => [...registries],
    accounts: { find: (key) => answers.get('path' in key ? '' : formatRegistryKey(key))?.() ?? Promise.resolve(none) },
  });
  return { rows, registries, answers };
}

describe('the rows of Registries', () => {
  it('are the same after a change of a setting or of a sign-in, which is told', async () => {
    const { answers, registries, rows } = rowsOf('a.example.com', 'b.example.com', 'c.example.com');
    assert.equal((await rows.read()).areOthers, true);
    const [a, b, c] = rows.all;
    assert.deepEqual(await rows.read(), { areOthers: false, changed: new Set() });

    registries[0] = { registry: 'a.example.com', name: 'Ours' };
    answers.set('b.example.com', () => Promise.resolve(helper));
    assert.deepEqual(await rows.read(), { areOthers: false, changed: new Set([a, b]) });
    assert.deepEqual(
      rows.all.map((row) => [a, b, c].indexOf(row)),
      [0, 1, 2],
    );
    assert.equal(a?.config.name, 'Ours');
    assert.equal(b?.account, helper);
  });

  it('are others where one comes, goes, or stands elsewhere; those that stay are the same', async () => {
    const { registries, rows } = rowsOf('a.example.com', 'b.example.com');
    await rows.read();
    const [a, b] = rows.all;
    registries.reverse();
    assert.equal((await rows.read()).areOthers, true);
    assert.deepEqual(rows.all, [b, a]);
    registries.push({ registry: 'c.example.com' });
    assert.equal((await rows.read()).areOthers, true);
    registries.splice(0, 2);
    assert.equal((await rows.read()).areOthers, true);
    assert.deepEqual(
      rows.all.map(({ config }) => config.registry),
      ['c.example.com'],
    );
  });

  it('are by the later of two readings, whichever ends first, and it finds all changes', async () => {
    const { answers, rows } = rowsOf('a.example.com');
    await rows.read();
    const [a] = rows.all;
    let answer: (answer: KeychainAnswer) => void = () => undefined;
    const late = new Promise<KeychainAnswer>((resolve) => (answer = resolve));
    answers.set('a.example.com', () => late);
    const first = rows.read();
    answers.set('a.example.com', () => Promise.resolve(helper));
    assert.deepEqual(await rows.read(), { areOthers: false, changed: new Set([a]) });
    answer(none);
    assert.deepEqual(await first, { areOthers: false, changed: new Set() });
    assert.equal(a?.account, helper);
  });

  it('say why where who is signed in is not known', async () => {
    const { answers, rows } = rowsOf('a.example.com');
    answers.set('a.example.com', () => Promise.reject(new Error('config.json cannot be read')));
    await rows.read();
    assert.deepEqual(rows.all[0]?.account, { kind: 'fault', message: 'config.json cannot be read' });
  });
});
