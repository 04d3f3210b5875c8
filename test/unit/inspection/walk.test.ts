import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type LayerEntry, leannessOf, listLayer, readImageConfig } from '../../../src/inspection/index.ts';

type Sizes = ReadonlyMap<string, number | 'folder' | 'gone' | 'emptied'>;

async function* entriesOf(layer: Sizes): AsyncGenerator<LayerEntry> {
  for (const [path, what] of layer)
    if (what === 'gone') yield await Promise.resolve({ kind: 'whiteout', path });
    else if (what === 'emptied') yield { kind: 'opaque', path };
    else if (what === 'folder') yield { kind: 'folder', path, mode: 0o755 };
    else yield { kind: 'file', path, size: what, mode: 0o644 };
}

async function judge(layers: readonly Sizes[]) {
  const listings = await Promise.all(layers.map((layer) => listLayer(entriesOf(layer))));
  const config = readImageConfig({ rootfs: {} });
  return leannessOf({ config, layers: listings.map((listing) => ({ diffId: '', listing })) });
}

const isIn = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);
const parents = (path: string): string[] =>
  path
    .split('/')
    .slice(1, -1)
    .map((_, index) =>
      path
        .split('/')
        .slice(0, index + 2)
        .join('/'),
    );
const sizeOf = (what: unknown): number => (typeof what === 'number' ? what : 0);
const sum = (sizes: Iterable<unknown>): number => [...sizes].reduce((total: number, size) => total + sizeOf(size), 0);

/** What an engine has after unpacking a layer over others. */
function unpacked(below: Sizes, layer: Sizes): Map<string, number | 'folder'> {
  const after = new Map<string, number | 'folder'>();
  for (const [path, what] of below) {
    const goes = [...layer].some(
      ([other, change]) => (isIn(path, other) && change !== 'folder') || (path === other && change === 'gone'),
    );
    if (!goes && (what === 'folder' || typeof what === 'number')) after.set(path, what);
  }
  for (const [path, what] of layer) if (what === 'folder' || typeof what === 'number') after.set(path, what);
  return after;
}

/** dive's sums, the slow way: every leaf of every layer, deleted folders by what is in them at the time. */
function diveOf(layers: readonly Sizes[]): number {
  const sizes = new Map<string, number[]>();
  let state = new Map<string, number | 'folder'>();
  for (const layer of layers) {
    for (const [path, what] of layer) {
      if ([...layer.keys()].some((other) => isIn(other, path))) continue;
      const inside = [...state].filter(([other]) => isIn(other, path)).map(([, size]) => size);
      const size = what === 'gone' ? sum(inside) : sizeOf(what);
      sizes.set(path, [...(sizes.get(path) ?? []), size]);
    }
    state = unpacked(state, layer);
  }
  const least = sum([...sizes.values()].map((list) => Math.min(...list)));
  const all = sum([...sizes.values()].flat());
  return all === 0 ? 100 : (100 * least) / all;
}

const folders = ['/d', '/d/e', '/d-', '/d/e/g'];
const files = [...folders.map((folder) => `${folder}/f`), '/d/e/f.x', '/d.x'];
const size = fc.integer({ min: 0, max: 100 });
const change = fc.tuple(fc.constantFrom(...files), size);
const layersOf = (taking: fc.Arbitrary<[string, 'gone' | 'emptied' | number]>): fc.Arbitrary<Sizes[]> =>
  fc
    .array(fc.tuple(fc.array(taking, { maxLength: 2 }), fc.array(change, { maxLength: 5 })), { maxLength: 5 })
    .map((drafts) => {
      let state: Sizes = new Map();
      return drafts.map(([takes, puts]) => {
        const layer = new Map<string, number | 'folder' | 'gone' | 'emptied'>();
        for (const [path, number] of puts) {
          for (const parent of parents(path)) layer.set(parent, 'folder');
          layer.set(path, number);
        }
        // What a layer takes away is there, and it puts nothing in that place, nor takes anything away in it.
        for (const [path, what] of takes)
          if (
            state.has(path) &&
            ![...layer.keys()].some(
              (other) => other === path || isIn(other, path) || (isIn(path, other) && layer.get(other) !== 'folder'),
            )
          )
            layer.set(path, what);
        state = unpacked(state, layer);
        return layer;
      });
    });

describe('going through layers side by side', () => {
  const gone = fc.tuple(fc.constantFrom(...folders, ...files), fc.constant('gone' as const));
  const emptied = fc.tuple(fc.constantFrom(...folders), fc.constant('emptied' as const));
  const replaced = fc.tuple(fc.constantFrom(...folders), size);

  it('finds the bytes that no container sees, as unpacking one after another does', () =>
    fc.assert(
      fc.asyncProperty(layersOf(fc.oneof(gone, emptied, replaced)), async (layers) => {
        let state = new Map<string, number | 'folder'>();
        for (const layer of layers) state = unpacked(state, layer);
        const carried = sum(layers.flatMap((layer) => [...layer.values()]));
        const { hiddenBytes, bytes } = await judge(layers);
        assert.deepEqual([bytes, hiddenBytes], [carried, carried - sum(state.values())]);
      }),
      { numRuns: 300 },
    ));

  it("finds dive's efficiency, as dive's own way does", () =>
    fc.assert(
      fc.asyncProperty(layersOf(gone), async (layers) => {
        const { efficiencyPercent } = await judge(layers);
        const expected = diveOf(layers);
        assert.ok(Math.abs(efficiencyPercent - expected) < 1e-9, `${efficiencyPercent} is not ${expected}`);
      }),
      { numRuns: 300 },
    ));
});
