import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * Every room of the house is a bundle of its own: dist/extension.cjs (src/extension.ts with the editor's room) is what
 * the editor loads, and another room is loaded when the first line that imports it runs. Rooms meet at their index.ts, so
 * that no module, and no error class, exists twice.
 */
const root = import.meta.dirname;
const src = path.join(root, 'src');
const production = process.argv.includes('--production');

const folders = (await readdir(src, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const rooms = folders.filter((name) => name !== 'editor');
const roomOf = (file) => path.relative(src, file).split(path.sep)[0];

/** Leaves what belongs to another room outside, as `./room.cjs`; reaching past its index.ts fails the build. */
const walls = {
  name: 'walls',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path: imported, importer, kind }) => {
      const file = path.resolve(path.dirname(importer), imported);
      const room = roomOf(file);
      if (
        kind === 'entry-point' ||
        !file.startsWith(src + path.sep) ||
        !rooms.includes(room) ||
        room === roomOf(importer)
      )
        return;
      if (path.basename(file) === 'index.ts') return { path: `./${room}.cjs`, external: true };
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
 * A namespace that is imported from a CommonJS module is copied in each file that imports it, and copying the editor's
 * API thirty times was most of activation's cost; here all files share one copy.
 */
const oneEditor = {
  name: 'one-editor',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vscode$/ }, ({ path: name, namespace }) =>
      namespace === 'editor' ? { path: name, external: true } : { path: name, namespace: 'editor' },
    );
    onLoad({ filter: /^vscode$/, namespace: 'editor' }, () => ({ contents: "export * from 'vscode';" }));
  },
};

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Keeps `import()` of a room a `require`, which is what the editor's extension host patches.
  supported: { 'dynamic-import': false },
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
    ...shared,
    entryPoints: [
      { in: path.join(src, 'extension.ts'), out: 'extension' },
      ...rooms.map((room) => ({ in: path.join(src, room, 'index.ts'), out: room })),
    ],
    outdir: 'dist',
    minify: production,
    sourcemap: production ? false : 'linked',
    plugins: [walls, unused, oneEditor],
  });
}

/** The tests for the extension host, which takes CommonJS: what they import of src is bundled into them. */
async function bundleTests() {
  const tests = path.join(root, 'test', 'integration');
  await rm(path.join(root, 'out', 'integration'), { recursive: true, force: true });
  await build({
    ...shared,
    entryPoints: (await readdir(tests)).filter((file) => file.endsWith('.ts')).map((file) => path.join(tests, file)),
    outdir: 'out/integration',
    sourcemap: 'inline',
    external: [...shared.external, 'mocha', 'playwright-core'],
  });
}
