import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Pushes with the bundles that ship, as src/editor/pusher.ts does, in a process that holds nothing else; JavaScript,
 * because Node would load a compiler into it for anything else. Each message is an order, each answer its result.
 */
const [dist, endpoint] = process.argv.slice(2);
const load = createRequire(path.join(dist, 'extension.cjs'));
const { parseTarget, systemClock } = load('./core.cjs');
const { chooseEndpoint, openEngine } = load('./engine.cjs');

const { platform } = process;
const read = (file) => readFile(file, 'utf8');
const engine = openEngine(
  await chooseEndpoint({ setting: endpoint, env: {}, platform, home: homedir(), readFile: read }),
);
const { store } = await engine.info();
const nothing = () => undefined;
const log = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
process.on('disconnect', () => process.exit());
process.on('message', (order) => {
  push(order).then(
    (result) => process.send(result),
    (error) => process.send({ outcome: 'failed', error: { message: String(error) } }),
  );
});
process.send({ store });

async function push({ image, target: text }) {
  const { planPush, runPush } = load('./push.cjs');
  const { openRegistry } = load('./registry.cjs');
  const target = parseTarget(text);
  const plan = await planPush({ name: image }, target, engine);
  const registry = openRegistry(target.repository.registry, { userAgent: 'docker-push-bench', log });
  const parts = { engine, store, registry, log, clock: systemClock };
  return runPush(plan, parts, { signal: new AbortController().signal, onProgress: nothing });
}
