import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../src/base/index.ts';
import { activation } from '../test/bench/activation.ts';
import { browse } from '../test/bench/browse.ts';
import { performanceDocument, table } from '../test/bench/document.ts';
import { type Figure, holds } from '../test/bench/figure.ts';
import { idle } from '../test/bench/idle.ts';
import { inspect } from '../test/bench/inspect.ts';
import { runs } from '../test/bench/interleaved.ts';
import { describeMachine } from '../test/bench/machine.ts';
import type { Part } from '../test/bench/part.ts';
import { many } from '../test/bench/many.ts';
import { memory } from '../test/bench/memory.ts';
import { push } from '../test/bench/push.ts';
import { view } from '../test/bench/view.ts';
import { stopEverything } from '../test/support/cleanup.ts';
import { packageExtension } from './package-extension.ts';

/**
 * `npm run bench`: measures the product against what a person would use instead, and writes docs/performance.md.
 * `npm run bench -- activation view` measures these parts alone and only prints. A missed budget fails it.
 */
const parts: readonly Part[] = [activation, view, browse, push, many, memory, inspect, idle];
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !parts.some((part) => part.name === name));

let code = 1;
try {
  if (unknown.length > 0)
    throw new Error(`There is no part ${unknown.join(', ')}: ${parts.map(({ name }) => name).join(', ')}`);
  code = await bench(parts.filter(({ name }) => chosen.length === 0 || chosen.includes(name)));
} catch (error) {
  console.error(messageOf(error));
}
await stopEverything();
process.exit(code);

async function bench(wanted: readonly Part[]): Promise<number> {
  const vsix = await packageExtension();
  const figures: Figure[] = [];
  const methods: string[] = [];
  let versions: Record<string, string> = { Node: process.versions.node };
  for (const { name, methods: own, measure } of wanted) {
    const started = performance.now();
    const measured = await measure({
      vsix,
      dist: path.resolve('dist'),
      say: (text) => console.log(`${name}: ${text}`),
    });
    figures.push(...measured.figures);
    methods.push(...own, ...(measured.notes ?? []));
    versions = { ...versions, ...measured.versions };
    console.log(`\n${table(measured.figures)}\n${name}: ${Math.round((performance.now() - started) / 1000)} s\n`);
  }
  if (wanted.length === parts.length) {
    const date = new Date().toISOString().slice(0, 10);
    const file = path.resolve('docs', 'performance.md');
    await writeFile(file, performanceDocument({ figures, methods, machine: describeMachine(versions), date, runs }));
    console.log(file);
  }
  return figures.every(holds) ? 0 : 1;
}
