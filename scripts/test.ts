import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../src/base/index.ts';
import { installedScanners } from '../test/scanners/installed.ts';
import { chromiumPath } from '../test/support/chromium.ts';
import { stopEverything } from '../test/support/cleanup.ts';
import { credentialHelpersRoot } from '../test/support/credential-helpers.ts';
import { debian12Root, debianRoot } from '../test/support/debian.ts';
import { startEngine } from '../test/support/engine.ts';
import { runInExtensionHost } from '../test/support/extension-host.ts';
import { buildImage, incompressible } from '../test/support/images.ts';
import { startLookout } from '../test/support/lookout.ts';
import { inOwnNetwork, prepareOwnNetwork } from '../test/support/own-network.ts';
import { recordedFaults } from '../test/support/recorded-faults.ts';
import { startRegistry } from '../test/support/registry.ts';
import { type Counts, countsIn, reportIn, sum } from '../test/support/report.ts';
import { makeRunFolder } from '../test/support/run-folder.ts';
import { tinyproxyRoot } from '../test/support/tinyproxy.ts';
import { installedServer } from '../test/support/vscode-install.ts';
import { bundleIntegrationTests, packageExtension } from './package-extension.ts';

/**
 * `npm test`: type check, lint, format, unit tests, the rooms against real engines and registries, the extension in a
 * real extension host, and the workbench used as a person uses it, at last in a network of its own. `npm test -- unit
 * workbench` runs these parts alone.
 *
 * What cannot run on a machine is named in one line and counts as skipped; with DOCKER_PUSH_TEST_ALL it counts as failed.
 */
const packageOf: Record<string, string> = { tsc: 'typescript' };
const nothing: Counts = { passed: 0, failed: 0, skipped: 0 };
const chosen = process.argv.slice(2);
const all = Boolean(process.env.DOCKER_PUSH_TEST_ALL);

interface Part {
  readonly name: string;
  /** Gets ready what it needs; a rejection says in one line why it cannot run here. */
  readonly prepare?: () => Promise<unknown>;
  /** Why it is left out though it could run; that is no lack, and counts as nothing. */
  readonly unwanted?: () => string | undefined | Promise<string | undefined>;
  readonly run: () => Promise<Counts>;
}

const parts: readonly Part[] = [
  { name: 'types', run: () => check('tsc', ['-p', '.']) },
  { name: 'lint', run: () => check('eslint', ['.', '--max-warnings=0']) },
  { name: 'format', run: () => check('prettier', ['--check', '--log-level=warn', '.']) },
  { name: 'unit', run: () => mocha(20_000, 'test/unit') },
  { name: 'engines', prepare: prepareEngines, run: () => mocha(120_000, 'test/engines') },
  { name: 'integration', prepare: prepareEditor, run: integration },
  { name: 'workbench', prepare: prepareEditor, run: workbench },
  { name: 'network', prepare: prepareNetwork, run: network },
  { name: 'live', unwanted: noAccounts, prepare: debian12Root, run: () => mocha(300_000, 'test/live') },
  { name: 'scanners', unwanted: noScanners, run: () => mocha(1_800_000, 'test/scanners') },
];

let counts = nothing;
let unwanted = 0;
for (const part of parts.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
  console.log(`\n${part.name}`);
  const reason = await part.unwanted?.();
  if (reason !== undefined) {
    console.log(`Left out: ${part.name}. ${reason}`);
    unwanted += 1;
    continue;
  }
  const started = performance.now();
  const result = await outcomeOf(part);
  console.log(
    `${part.name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped (${Math.round((performance.now() - started) / 1000)} s)`,
  );
  counts = sum([counts, result]);
}
await stopEverything();
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 && (counts.passed > 0 || unwanted > 0) ? 0 : 1);

async function outcomeOf({ name, prepare, run }: Part): Promise<Counts> {
  try {
    await prepare?.();
  } catch (error) {
    console.log(`Left out: ${name}. ${messageOf(error)}`);
    return all ? { ...nothing, failed: 1 } : { ...nothing, skipped: 1 };
  }
  try {
    return await run();
  } catch (error) {
    console.log(messageOf(error));
    return { ...nothing, failed: 1 };
  }
}

function noAccounts(): string | undefined {
  return Object.keys(process.env).some((name) => name.startsWith('DOCKER_PUSH_LIVE_'))
    ? undefined
    : 'No account at a live service is in the environment (DOCKER_PUSH_LIVE_…, see CONTRIBUTING.md).';
}

async function noScanners(): Promise<string | undefined> {
  return (await installedScanners()).length > 0
    ? undefined
    : 'No scanner is installed (Trivy, Grype or Docker Scout, see CONTRIBUTING.md).';
}

async function prepareEngines(): Promise<void> {
  await debian12Root();
  await debianRoot('docker', 'sid', ['docker.io']);
  await credentialHelpersRoot();
}

async function prepareEditor(): Promise<void> {
  await prepareEngines();
  await installedServer();
  await chromiumPath();
}

async function prepareNetwork(): Promise<void> {
  await prepareEditor();
  await tinyproxyRoot();
  await prepareOwnNetwork();
}

/** A tool of node_modules that is silent, or says what is wrong. */
async function check(tool: string, args: string[]): Promise<Counts> {
  // The link that npm makes is a script for Node on every system but Windows, where it is a shell's.
  const { bin } = JSON.parse(
    await readFile(path.join('node_modules', packageOf[tool] ?? tool, 'package.json'), 'utf8'),
  ) as {
    bin: string | Record<string, string>;
  };
  const file = typeof bin === 'string' ? bin : bin[tool];
  const code = await run([path.join('node_modules', packageOf[tool] ?? tool, file ?? ''), ...args], (text) =>
    process.stdout.write(text),
  );
  return code === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1 };
}

async function mocha(
  timeout: number,
  folder: string,
  env: NodeJS.ProcessEnv = {},
  within = (command: string[]): string[] => command,
): Promise<Counts> {
  let output = '';
  const args = ['test/support/run-mocha.ts', String(timeout), folder];
  const code = await run(args, (text) => (output += text), env, within);
  const result = report(output, countsIn(output));
  if (code !== 0 && result.failed === 0) throw new Error(`The run ended with ${code}:\n${output.slice(-4_000)}`);
  return result;
}

async function integration(): Promise<Counts> {
  await packageExtension();
  await bundleIntegrationTests();
  const workspace = path.join((await makeRunFolder()).path, 'workspace');
  await mkdir(workspace);
  const [engine, registry, lookout] = await Promise.all([
    startEngine({ kind: 'classic' }),
    startRegistry(),
    startLookout(),
  ]);
  try {
    await buildImage(engine.socketPath, 'api:1', [
      { path: '/one', content: Buffer.from('one') },
      { path: '/two', content: incompressible(50_000, 'two') },
    ]);
    const result = await runInExtensionHost({
      extensionPath: path.resolve('.'),
      testsPath: path.resolve('out/integration/index.cjs'),
      folder: workspace,
      env: {
        DOCKER_HOST: `tcp://${lookout.watched}`,
        TESTS_ROOT: path.resolve('.'),
        TESTS_ENGINE_SOCKET: engine.socketPath,
        TESTS_REGISTRY: registry.host,
        TESTS_LOOKOUT: lookout.url,
        ...(process.env.TESTS_GREP && { TESTS_GREP: process.env.TESTS_GREP }),
      },
    });
    const faults = recordedFaults(result);
    for (const fault of faults) console.log(`✖ recorded by the editor: ${fault}`);
    const recorded = faults.length === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: faults.length };
    return sum([report(result.output, result.counts), recorded]);
  } finally {
    await Promise.all([engine.stop(), registry.stop(), lookout.stop()]);
  }
}

async function workbench(): Promise<Counts> {
  return mocha(240_000, 'test/workbench', { DOCKER_PUSH_VSIX: await packageExtension() });
}

async function network(): Promise<Counts> {
  return mocha(240_000, 'test/network', { DOCKER_PUSH_VSIX: await packageExtension() }, inOwnNetwork);
}

/** Prints what failed, and what was strange (`!`); what passed is told by its number. */
function report(output: string, result: Counts | undefined): Counts {
  if (!result) throw new Error(`The tests did not come to their end:\n${output.slice(-4_000)}`);
  let isTold = false;
  for (const line of reportIn(output)) {
    isTold = /^[✖!]/u.test(line) || (isTold && line.startsWith(' '));
    if (isTold || line.startsWith('- ')) console.log(line);
  }
  return result;
}

function run(
  args: string[],
  onText: (text: string) => void,
  env: NodeJS.ProcessEnv = {},
  within = (command: string[]): string[] => command,
): Promise<number | null> {
  const [command = '', ...rest] = within([process.execPath, ...args]);
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    child.stdout.setEncoding('utf8').on('data', onText);
    child.stderr.setEncoding('utf8').on('data', onText);
    child.once('error', reject);
    child.once('close', resolve);
  });
}
