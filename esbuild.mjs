import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * Every room of the house is a bundle of its own, which is loaded when the first line that imports it runs; rooms meet at
 * their index.ts, so that no error class exists twice. What the editor loads is dist/extension.cjs: src/extension.ts with
 * what of src/editor runs from the start. The commands, with all that only they need of that room, are dist/commands.cjs;
 * what both need there is in both, and holds no state. Base and reference are wanted by all and come in one file, as each
 * file costs the start a millisecond.
 */
const root = import.meta.dirname;
const src = path.join(root, 'src');
const production = process.argv.includes('--production');

const folders = (await readdir(src, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const rooms = folders.filter((name) => name !== 'editor');
const core = ['base', 'reference'];
const bundleOf = (room) => (core.includes(room) ? 'core' : room);
const commands = path.join(src, 'editor', 'commands');
/** Runs in a thread of its own, on the code of its room's bundle. */
const worker = path.join(src, 'inspection', 'worker.ts');
const roomOf = (file) => {
  const [room] = path.relative(src, file).split(path.sep);
  return file.startsWith(commands + path.sep) ? 'commands' : room;
};

/** Leaves what belongs to another room outside, as `./room.cjs`; reaching past its index.ts fails the build. */
const walls = {
  name: 'walls',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path: imported, importer, kind }) => {
      const file = path.resolve(path.dirname(importer), imported);
      const room = roomOf(file);
      const isDoor = path.basename(file) === 'index.ts';
      if (kind === 'entry-point' || !file.startsWith(src + path.sep)) return;
      if (room === 'commands' && roomOf(importer) !== 'commands' && isDoor)
        return { path: './commands.cjs', external: true };
      if (importer === worker && isDoor) return shared('./inspection.cjs');
      if (!rooms.includes(room) || bundleOf(room) === bundleOf(roomOf(importer))) return;
      const bundle = `./${bundleOf(room)}.cjs`;
      // What is imported on first use is not copied before.
      if (isDoor) return kind === 'dynamic-import' ? { path: bundle, external: true } : shared(bundle);
      return { errors: [{ text: `${path.relative(root, importer)} reaches past the door of src/${room}` }] };
    });
  },
};

/**
 * dockerode brings gRPC and protobuf for BuildKit sessions, tar for builds, and docker-modem with an SSH client of its
 * own; src/engine/transport.ts stands in the modem's place. They are most of its size and never run here, so an empty
 * module serves.
 */
const unused = {
  name: 'unused',
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: /^(@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|docker-modem|tar-fs|@balena\/dockerignore)(\/|$)/ },
      ({ path: name }) => ({
        path: name,
        namespace: 'unused',
      }),
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * A namespace that is imported from a CommonJS module is asked for, and copied, by each file that imports it; doing that
 * thirty times with the editor's API was most of activation's cost. Here all files of a bundle share one copy.
 */
const shareOne = {
  name: 'share-one',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vscode$/ }, ({ path: name, namespace }) => shared(name, namespace));
    onResolve({ filter: /\.cjs$/, namespace: 'shared' }, ({ path: name }) => ({ path: name, external: true }));
    onLoad({ filter: /.*/, namespace: 'shared' }, ({ path: name }) => ({ contents: `export * from '${name}';` }));
  },
};
const shared = (name, namespace) =>
  namespace === 'shared' ? { path: name, external: true } : { path: name, namespace: 'shared' };

/** Base and reference in one. */
const coreRooms = {
  name: 'core',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^core$/ }, ({ path: name }) => ({ path: name, namespace: 'core' }));
    onLoad({ filter: /^core$/, namespace: 'core' }, () => ({
      contents: core.map((room) => `export * from './${room}/index.ts';`).join('\n'),
      resolveDir: src,
    }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Keeps `import()` of a room a `require`, which is what the editor's extension host patches.
  supported: { 'dynamic-import': false },
  // AWS's SDK comes as modules, too, and of those only what is used is taken.
  mainFields: ['module', 'main'],
  external: ['vscode'],
  outExtension: { '.js': '.cjs' },
  legalComments: 'none',
  logLevel: 'warning',
};

if (process.argv.includes('--tests')) await bundleTests();
else await bundleExtension();

async function bundleExtension() {
  await rm(path.join(root, 'dist'), { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: [
      { in: path.join(src, 'extension.ts'), out: 'extension' },
      { in: path.join(commands, 'index.ts'), out: 'commands' },
      { in: 'core', out: 'core' },
      { in: worker, out: 'inspection-worker' },
      ...rooms
        .filter((room) => !core.includes(room))
        .map((room) => ({ in: path.join(src, room, 'index.ts'), out: room })),
    ],
    outdir: 'dist',
    minify: production,
    sourcemap: production ? false : 'linked',
    plugins: [coreRooms, walls, unused, shareOne],
  });
}

/** The tests for the extension host, which takes CommonJS: what they import of src is bundled into them. */
async function bundleTests() {
  const tests = path.join(root, 'test', 'integration');
  await rm(path.join(root, 'out', 'integration'), { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: (await readdir(tests)).filter((file) => file.endsWith('.ts')).map((file) => path.join(tests, file)),
    outdir: 'out/integration',
    sourcemap: 'inline',
    external: [...common.external, 'mocha', 'playwright-core'],
    plugins: [unused],
  });
}
