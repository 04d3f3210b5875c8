import type { XmlElement } from '@rgrove/parse-xml';

/** Reads the version of a manifest from its text; undefined where it has none. It throws where the text is none of its kind. */
export type VersionReader = (text: string) => Promise<string | undefined>;

type Table = Readonly<Record<string, unknown>>;

/** https://docs.npmjs.com/cli/v11/configuring-npm/package-json#version */
export const packageJsonVersion: VersionReader = (text) => Promise.resolve(textAt(JSON.parse(text), 'version'));

/** Its own, or the one that it takes from the workspace in the same file: https://doc.rust-lang.org/cargo/reference/workspaces.html#the-package-table */
export const cargoVersion: VersionReader = async (text) => {
  const manifest = await readToml(text);
  return textAt(manifest, 'package', 'version') ?? textAt(manifest, 'workspace', 'package', 'version');
};

/** https://packaging.python.org/en/latest/specifications/pyproject-toml/#version, and Poetry's own before that was there */
export const pyprojectVersion: VersionReader = async (text) => {
  const manifest = await readToml(text);
  return textAt(manifest, 'project', 'version') ?? textAt(manifest, 'tool', 'poetry', 'version');
};

/** Its own, else its parent's; a property of the same file is filled in: https://maven.apache.org/guides/mini/guide-maven-ci-friendly.html */
export const pomVersion: VersionReader = async (text) => {
  const project = await readXml(text, 'project');
  if (!project) return undefined;
  const [properties] = children(project, 'properties');
  const version =
    valueOf(project, 'version') ?? children(project, 'parent').map((parent) => valueOf(parent, 'version'))[0];
  const filled = version?.replace(/\$\{([^{}]*)\}/gu, (whole, name: string) =>
    properties ? (valueOf(properties, name) ?? whole) : whole,
  );
  return filled?.includes('${') ? undefined : filled;
};

/** The first that a group of properties gives in plain text: https://learn.microsoft.com/en-us/dotnet/core/project-sdk/msbuild-props#package-properties */
export const csprojVersion: VersionReader = async (text) => {
  const project = await readXml(text, 'Project');
  const groups = project ? children(project, 'PropertyGroup') : [];
  const all = ['Version', 'VersionPrefix'].flatMap((name) => groups.map((group) => valueOf(group, name)));
  return all.find((version) => version !== undefined && !version.includes('$('));
};

/** One word with a digit: a file of that name may be prose, too. */
export const versionFileVersion: VersionReader = (text) => {
  const version = text.trim();
  return Promise.resolve(/^\S+$/u.test(version) && /\d/u.test(version) ? version : undefined);
};

async function readToml(text: string): Promise<unknown> {
  const { parse } = await import('smol-toml');
  return parse(text);
}

async function readXml(text: string, root: string): Promise<XmlElement | undefined> {
  const { parseXml } = await import('@rgrove/parse-xml');
  const { root: element } = parseXml(text);
  return element?.name === root ? element : undefined;
}

function textAt(value: unknown, ...way: readonly string[]): string | undefined {
  let at = value;
  for (const name of way) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Table)[name];
  }
  return typeof at === 'string' && at.trim() !== '' ? at.trim() : undefined;
}

function children({ children }: XmlElement, name: string): readonly XmlElement[] {
  return children.filter(
    (child): child is XmlElement => child.type === 'element' && (child as XmlElement).name === name,
  );
}

function valueOf(parent: XmlElement, name: string): string | undefined {
  const text = children(parent, name)[0]?.text.trim();
  return text === '' ? undefined : text;
}
