import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, readdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { listFiles, PackageManager } from '@vscode/vsce';
import { commandIds, contextKeys, viewIds } from '../../../src/editor/ids.ts';
import { providers } from '../../../src/registry/index.ts';
import { tagVariables } from '../../../src/reference/index.ts';
import { profilesSetting, readProfiles } from '../../../src/editor/profiles/profile.ts';
import { makeRunFolder, type RunFolder } from '../../support/run-folder.ts';
import { readZip } from '../../support/vsix.ts';

interface MenuItem {
  command: string;
  when?: string;
  group?: string;
}
interface Setting {
  scope?: string;
  order?: number;
  description?: string;
  markdownDescription?: string;
  enum?: string[];
  enumDescriptions?: string[];
  markdownEnumDescriptions?: string[];
  additionalProperties?: unknown;
  properties?: Record<string, Setting>;
  items?: Setting;
  pattern?: string;
  default?: unknown;
  type: string;
}
interface Manifest {
  engines: { vscode: string };
  extensionKind: string[];
  activationEvents: string[];
  capabilities: Record<
    'untrustedWorkspaces' | 'virtualWorkspaces',
    { supported: string; description: string; restrictedConfigurations?: string[] }
  >;
  devDependencies: Record<string, string>;
  icon: string;
  main: string;
  scripts: Record<string, string>;
  contributes: {
    commands: { command: string; title: string; category: string; icon?: string }[];
    views: Record<string, { id: string; name: string; icon?: string }[]>;
    viewsContainers: { activitybar: { id: string; title: string; icon: string }[] };
    viewsWelcome: { view: string; contents: string; when?: string }[];
    menus: Record<string, MenuItem[]>;
    configuration: { properties: Record<string, Setting> };
  };
}

const root = path.resolve(import.meta.dirname, '../../..');
const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as Manifest;
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command);
const views = Object.values(contributes.views).flat();
const settings = Object.entries(contributes.configuration.properties);

describe('package.json', () => {
  it('declares where the extension runs, and when it starts', () => {
    assert.deepEqual(manifest.extensionKind, ['workspace']);
    assert.deepEqual(manifest.activationEvents, ['onStartupFinished']);
    for (const { supported, description } of Object.values(manifest.capabilities)) {
      assert.equal(supported, 'limited');
      assert.match(description, /\.$/u);
    }
  });

  it('asks for no newer editor than 1.100, and is typed against that one', () => {
    const floor = /^\^(1\.\d+)\.0$/u.exec(manifest.engines.vscode)?.[1];
    assert.ok(floor && Number(floor.slice(2)) <= 100, manifest.engines.vscode);
    assert.equal(manifest.devDependencies['@types/vscode'], `${floor}.0`);
  });

  it('declares the commands that the code knows, and no other', () => {
    assert.deepEqual(commands.toSorted(), Object.values(commandIds).sort());
  });

  it('is told in docs/settings.md: each setting with its default, and each kind of registry', async () => {
    const page = await readFile(path.join(root, 'docs/settings.md'), 'utf8');
    const told = [...page.matchAll(/^\| `(dockerPush\.[^`]+)` \| `([^`]*)` \| (\w+) \|/gmu)].map(
      ([, ...cells]) => cells,
    );
    assert.deepEqual(
      told,
      settings
        .toSorted(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0))
        .map(([name, setting]) => [name, JSON.stringify(setting.default), setting.scope]),
    );
    const kinds =
      contributes.configuration.properties['dockerPush.registries']?.items?.properties?.provider?.enum ?? [];
    assert.deepEqual(kinds.toSorted(), providers.map(({ id }) => id).toSorted());
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \| [^|]+ \|$/gmu)].map(([, id]) => id);
    assert.deepEqual(
      kinds.filter((id) => !rows.includes(id)),
      [],
    );
  });

  it('gives each command a title, the category and an icon', () => {
    for (const { command, title, category, icon } of contributes.commands) {
      assert.match(title, /^[A-Z].*[^.]$/u, command);
      assert.equal(category, 'Docker Push', command);
      assert.match(icon ?? '', /^\$\([a-z-]+\)$/u, command);
    }
  });

  it('declares the views that the code knows, each with an icon, a short name and words for when it is empty', async () => {
    assert.deepEqual(views.map(({ id }) => id).sort(), Object.values(viewIds).sort());
    for (const { id, name, icon } of views) {
      assert.ok(icon, id);
      await readFile(path.join(root, icon));
      assert.ok(name.split(' ').length <= 2, name);
      assert.ok(
        contributes.viewsWelcome.some(({ view }) => view === id),
        id,
      );
    }
    assert.deepEqual(
      Object.keys(contributes.views),
      contributes.viewsContainers.activitybar.map(({ id }) => id),
    );
  });

  it('links to no command, view or condition that is not there', () => {
    const { menus, viewsWelcome } = contributes;
    for (const { command, when } of Object.values(menus).flat()) {
      assert.ok(commands.includes(command), command);
      const view = /view == (\S+)/u.exec(when ?? '')?.[1];
      assert.ok(view === undefined || views.some(({ id }) => id === view), when);
    }
    const known = new Set<string>([...Object.values(contextKeys)]);
    for (const { contents, when = '' } of viewsWelcome) {
      for (const [, command] of contents.matchAll(/\(command:([^)?]+)/gu)) assert.ok(commands.includes(command ?? ''));
      for (const [key] of when.matchAll(/\bdockerPush\.[\w.]+/gu)) assert.ok(known.has(key), key);
    }
  });

  it('writes welcome texts as the editor shows them: it knows links, and no other Markdown', () => {
    for (const { contents } of contributes.viewsWelcome) assert.doesNotMatch(contents, /`|\*\*/u);
  });

  it('shows at most three icons on a row, and each such command in its menu, too', () => {
    const items = contributes.menus['view/item/context'] ?? [];
    const inline = items.filter(({ group }) => group?.startsWith('inline'));
    for (const { when } of inline) assert.ok(inline.filter((other) => other.when === when).length <= 3, when);
    for (const { command } of inline)
      assert.ok(
        items.some((item) => item.command === command && !item.group?.startsWith('inline')),
        command,
      );
  });

  it('says of each setting whose it is, where it stands and what it does, in sentences', () => {
    assert.ok(settings.length <= 20);
    const orders = settings.map(([, { order }]) => order);
    assert.equal(new Set(orders).size, settings.length);
    for (const [key, setting] of settings) {
      assert.ok(key.startsWith('dockerPush.'));
      assert.ok(
        ['application', 'machine', 'resource', 'window'].includes(setting.scope ?? ''),
        `${key}: ${setting.scope ?? 'no scope'}`,
      );
      assert.ok(Number.isInteger(setting.order), key);
      describes(key, setting);
    }
  });

  it('lets no workspace choose the engine or where credentials come from', () => {
    for (const [key, { scope }] of settings)
      if (/engine|credentials|scanner|Certificates/u.test(key)) assert.equal(scope, 'machine', key);
    assert.equal(contributes.configuration.properties['dockerPush.registries']?.scope, 'application');
  });

  it('lets templates for tags name what is known, and nothing else', () => {
    const { items, default: usual } = contributes.configuration.properties['dockerPush.tagTemplates'] ?? {};
    const pattern = new RegExp(items?.pattern ?? '', 'u');
    const right = [...(usual as string[]), 'v${packageVersion}-${gitShortSha}', 'nightly', '$x {y} $'];
    assert.deepEqual(
      (usual as string[]).map((template) => template.slice(2, -1)),
      tagVariables,
    );
    for (const template of right) assert.match(template, pattern);
    for (const template of ['', '${version}', '${date', '${}', 'x${gitTag}${env:HOME}'])
      assert.doesNotMatch(template, pattern);
  });

  it('lets only a trusted workspace say where images go', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.deepEqual(restrictedConfigurations, [profilesSetting]);
    assert.equal(contributes.configuration.properties[profilesSetting]?.scope, 'resource');
  });

  it('judges profiles while they are written as they are judged when they are read', () => {
    const { name, image, targets } = contributes.configuration.properties[profilesSetting]?.items?.properties ?? {};
    const target = 'registry.example.com/team/${imageName}:${tag}';
    for (const [field, value, pattern] of [
      ...['api', 'team/*', 'localhost:5000/**', 'api:dev', 'a b', ''].map((text) => ['image', text, image?.pattern]),
      ...['staging', ' ', ''].map((text) => ['name', text, name?.pattern]),
      ...[target, 'team/api:1', 'registry.example.com/api', '${x}/api:1', 'localhost:5000/api:1'].map((text) => [
        'targets',
        text,
        targets?.items?.pattern,
      ]),
    ]) {
      const entry = {
        name: 'x',
        image: 'api',
        targets: [target],
        [field ?? '']: field === 'targets' ? [value] : value,
      };
      const [read] = readProfiles([entry]);
      // The registry of `team/api:1` is found missing only when it is read.
      const isWritable = value === 'team/api:1' || read?.kind === 'profile';
      assert.equal(new RegExp(pattern ?? '', 'u').test(value ?? ''), isWritable, `${field}: ${value}`);
    }
  });

  it('names an icon that the Marketplace takes: PNG, 128 pixels or more', async () => {
    const icon = await readFile(path.join(root, manifest.icon));
    assert.equal(icon.toString('latin1', 1, 4), 'PNG');
    assert.ok(icon.readUInt32BE(16) >= 128 && icon.readUInt32BE(20) >= 128);
  });
});

function describes(key: string, setting: Setting): void {
  assert.match(setting.markdownDescription ?? setting.description ?? '', /^[A-Z].*\.$/su, key);
  if (setting.enum) {
    const texts = setting.enumDescriptions ?? setting.markdownEnumDescriptions ?? [];
    assert.equal(texts.length, setting.enum.length, key);
    for (const text of texts) assert.match(text, /\.$/u, key);
  }
  // Else the settings editor shows no table for it.
  if (setting.properties) assert.notEqual(setting.additionalProperties, undefined, key);
  for (const [name, property] of Object.entries(setting.properties ?? {})) describes(`${key}.${name}`, property);
  if (setting.items?.properties) describes(`${key}[]`, { description: 'Its entries.', ...setting.items });
}

describe('the package', () => {
  let folder: RunFolder;
  let copy: string;

  before(async () => {
    folder = await makeRunFolder();
    copy = path.join(folder.path, 'project');
    // A copy, since packing builds, and others may be at work on the project's own bundles.
    const entries = ['src', 'docs', 'media', 'scripts', 'esbuild.mjs', 'package.json', 'tsconfig.json'];
    for (const entry of [...entries, '.vscodeignore', 'README.md', 'CHANGELOG.md', 'LICENSE'])
      await cp(path.join(root, entry), path.join(copy, entry), { recursive: true });
    await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  });
  after(() => folder.remove());

  it('holds the bundles, the icons and the papers, and stays small', async function () {
    this.timeout(60_000);
    const { stdout } = await promisify(execFile)(process.execPath, ['scripts/package.ts'], { cwd: copy });
    const rooms = (await readdir(path.join(root, 'src'), { withFileTypes: true })).flatMap((entry) =>
      entry.isDirectory() && !['base', 'editor', 'reference'].includes(entry.name) ? [`dist/${entry.name}.cjs`] : [],
    );
    const others = ['commands', 'core', 'extension', 'inspection-worker'].map((name) => `dist/${name}.cjs`);
    const papers = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
    const expected = [...rooms, ...others, 'media/docker-push.svg', 'media/icon.png', ...papers].sort();
    const listed = await listFiles({ cwd: copy, packageManager: PackageManager.None });
    assert.deepEqual(listed.sort(), expected);

    const files = readZip(await readFile(stdout.trimEnd().split('\n').at(-1) ?? ''));
    const inside = [...files.keys()].filter((file) => file.startsWith('extension/'));
    assert.equal(inside.length, expected.length, inside.join());
    const sizes = [...files].map(([file, content]) => (file.startsWith('extension/dist/') ? content.length : 0));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(total > 50_000 && total < 1_200_000, `${total} bytes`);
  });
});
