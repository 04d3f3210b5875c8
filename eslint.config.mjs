import tseslint from 'typescript-eslint';

/**
 * The house: what a room may load (`values`) and what it may only name (`types`).
 * The table is explained in CONTRIBUTING.md. A room is imported through its index.ts alone.
 */
const rooms = {
  base: { values: [], types: [] },
  reference: { values: ['base'], types: [] },
  credentials: { values: ['base', 'reference'], types: [] },
  registry: { values: ['base', 'reference'], types: ['credentials'] },
  engine: { values: ['base', 'reference'], types: ['credentials'] },
  inspection: { values: ['base', 'reference'], types: ['credentials', 'engine', 'registry'] },
  push: { values: ['base', 'reference'], types: ['credentials', 'engine', 'registry', 'inspection'] },
  aws: { values: ['base'], types: ['registry'] },
};
const names = [...Object.keys(rooms), 'editor'];

/** Matches an import of one of these rooms, from any depth: `../engine/…`, `../../src/engine/…`. */
const into = (list) => `(^|/)(\\.\\.|src)/(${list.join('|')})(/|$)`;
/** The same through the door alone: a pattern that allows types would else allow them past every other pattern. */
const door = (list) => `(^|/)(\\.\\.|src)/(${list.join('|')})/index\\.ts$`;
const throughTheWall = {
  regex: `(^|/)(\\.\\.|src)/(${names.join('|')})/(?!index\\.ts$)`,
  message: 'A room is imported through its index.ts.',
};
/** A plain import would load them with the extension; `await import(…)` loads them when they are used. */
const onFirstUse = {
  regex: door(['credentials', 'registry', 'engine', 'inspection', 'push', 'aws']),
  allowTypeImports: true,
  message: 'This room is loaded on first use: await import(…).',
};
const commandsOnFirstUse = {
  regex: '(^|/)editor/commands/index\\.ts$',
  allowTypeImports: true,
  message: 'The commands are loaded at the first of them: await import(…).',
};
const vscodeValues = {
  regex: '^vscode$',
  allowTypeImports: true,
  message: 'Only src/editor and src/extension.ts use the values of the vscode module.',
};

const wallsOf = ([room, { values, types }]) => {
  const never = names.filter((name) => name !== room && !values.includes(name) && !types.includes(name));
  const patterns = [
    { regex: into(never), message: `src/${room} does not know this room.` },
    throughTheWall,
    vscodeValues,
  ];
  if (types.length > 0)
    patterns.push({
      regex: door(types),
      allowTypeImports: true,
      message: `src/${room} knows this room by its types alone.`,
    });
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ImportExpression', message: 'Only src/editor decides when a room, or vscode, is loaded.' },
      ],
    },
  };
};

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vscode-test/'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  ...Object.entries(rooms).map(wallsOf),
  {
    files: ['src/editor/**/*.ts', 'src/extension.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [throughTheWall, onFirstUse] }] },
  },
  {
    files: ['src/extension.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [throughTheWall, onFirstUse, commandsOnFirstUse] },
      ],
    },
  },
  {
    // What a person runs in a terminal speaks to it; Mocha's assertions are expressions that may float.
    files: ['scripts/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
