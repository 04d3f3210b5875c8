import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RegistryChanges, type RegistrySetting } from '../../../src/editor/registry-changes.ts';
import type { RegistryConfig } from '../../../src/editor/registry-config.ts';
import { WindowLock } from '../../../src/editor/window-lock.ts';

describe('the list of registries, changed in several windows', () => {
  let folder: string;
  /** As settings.json has it. */
  let file: readonly unknown[];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'docker-push-registries-'));
    file = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A window that knows the list as it is now, and after that only what it writes itself. */
  class Window implements RegistrySetting {
    #known = file;
    /** Called when it is about to write. */
    beforeWrite: () => void = () => undefined;
    readonly changes = new RegistryChanges(this, new WindowLock(path.join(folder, 'registries.lock')));

    known(): readonly unknown[] {
      return this.#known;
    }

    stored(): Promise<readonly unknown[] | undefined> {
      return Promise.resolve(file);
    }

    async write(registries: readonly unknown[]): Promise<void> {
      await new Promise(setImmediate);
      this.beforeWrite();
      file = this.#known = registries;
    }
  }

  const of = (...names: string[]): RegistryConfig[] => names.map((name) => ({ registry: `${name}.example.com` }));
  const [a, b, c] = of('a', 'b', 'c') as [RegistryConfig, RegistryConfig, RegistryConfig];

  it('keeps what a window added that another has not heard of', async () => {
    const [first, second] = [new Window(), new Window()];
    await first.changes.put(a);
    await second.changes.put(b);
    await first.changes.put(c);
    assert.deepEqual(file, [a, b, c]);
  });

  it('keeps everything that is changed at the same time', async () => {
    file = [a];
    const windows = Array.from({ length: 5 }, () => new Window());
    const added = of('v', 'w', 'x', 'y', 'z');
    await Promise.all([
      ...windows.map(({ changes }, index) => changes.put(added[index]!)),
      windows[0]!.changes.remove(a.registry),
    ]);
    assert.deepEqual(
      new Set(file.map((entry) => (entry as RegistryConfig).registry)),
      new Set(added.map((x) => x.registry)),
    );
    assert.equal(file.length, 5);
  });

  it('does not bring back what another window removed', async () => {
    file = [a, b];
    const [first, second] = [new Window(), new Window()];
    await first.changes.remove(a.registry);
    await second.changes.put({ ...b, name: 'B' }, b);
    assert.deepEqual(file, [{ ...b, name: 'B' }]);
    // Edited after it was removed elsewhere: the last word counts.
    await second.changes.put({ ...a, name: 'A' }, a);
    assert.deepEqual(file, [
      { ...b, name: 'B' },
      { ...a, name: 'A' },
    ]);
    await first.changes.remove(b.registry);
    assert.deepEqual(file, [{ ...a, name: 'A' }]);
  });

  it('changes of an entry only what was changed', async () => {
    file = [{ ...a, name: 'old', provider: 'x' }];
    const known: RegistryConfig = { ...a, name: 'old', provider: 'x' };
    const [first, second] = [new Window(), new Window()];
    await first.changes.put({ ...known, name: 'new' }, known);
    await second.changes.put({ ...known, transport: 'http' }, known);
    assert.deepEqual(file, [{ ...a, name: 'new', provider: 'x', transport: 'http' }]);
    await first.changes.put({ ...a, provider: 'x' }, { ...known, name: 'new' });
    assert.deepEqual(file, [{ ...a, provider: 'x', transport: 'http' }]);
    // Added anew where it is not known to be there.
    await second.changes.put(a);
    assert.deepEqual(file, [{ ...a, provider: 'x', transport: 'http' }]);
  });

  it('keeps its order, what is no entry, and what was written by hand; an entry that is there twice becomes one', async () => {
    file = [a];
    const window = new Window();
    const slips = [{ registry: 'a slip of the pen' }, { registry: b.registry, transport: 'ftp' }, 'text', null];
    file = [slips[0], b, ...slips.slice(1), c, { ...b, name: 'twice' }];
    await window.changes.put({ ...b, name: 'B' });
    assert.deepEqual(file, [slips[0], { ...b, name: 'B' }, ...slips.slice(1), c]);
    await window.changes.remove(b.registry);
    assert.deepEqual(file, [...slips, c]);
  });

  it('knows an entry that was written in another way', async () => {
    file = [{ registry: 'A.example.com' }];
    const window = new Window();
    await window.changes.put({ ...a, name: 'A' });
    assert.deepEqual(file, [{ ...a, name: 'A' }]);
  });

  it('loses nothing when a window ends before it has written', async () => {
    file = [a];
    const [first, second] = [new Window(), new Window()];
    first.beforeWrite = () => {
      throw new Error('the window was closed');
    };
    await assert.rejects(first.changes.put(b), /closed/u);
    assert.deepEqual(file, [a]);
    await second.changes.put(c);
    assert.deepEqual(file, [a, c]);
  });

  for (const [what, stored] of [
    ['is out of reach', () => Promise.resolve(undefined)],
    ['cannot be read', () => Promise.reject(new SyntaxError('no JSON'))],
  ] as const) {
    it(`is what the window knows where settings.json ${what}`, async () => {
      file = [a];
      const window = new Window();
      window.stored = stored;
      await window.changes.put(b);
      assert.deepEqual(file, [a, b]);
      await window.changes.remove(a.registry);
      assert.deepEqual(file, [b]);
    });
  }
});
