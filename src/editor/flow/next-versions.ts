import parse from 'semver/functions/parse.js';
import type { ReleaseType, SemVer } from 'semver';

/** A version that comes next at a registry. */
export interface NextVersion {
  readonly tag: string;
  readonly step: 'patch' | 'minor' | 'major';
  /** The tag that it follows. */
  readonly after: string;
}

const steps = ['patch', 'minor', 'major'] as const satisfies readonly ReleaseType[];

/**
 * The patch, the minor and the major version after the highest release among the tags of a repository. Only whole
 * versions count (`1.4.2`, `v1.4.2`): `1.4` moves from patch to patch, and `1.5.0-rc.1` is not released, nor is
 * `1.4.2-alpine` more than a kind of one. A leading `v` stays.
 */
export function nextVersions(tags: readonly string[]): readonly NextVersion[] {
  let highest: { readonly tag: string; readonly version: SemVer } | undefined;
  for (const tag of tags) {
    const version = releaseOf(tag);
    if (version && (!highest || version.compare(highest.version) > 0)) highest = { tag, version };
  }
  if (!highest) return [];
  const { tag: after, version } = highest;
  const mark = after.startsWith('v') ? 'v' : '';
  return steps.flatMap((step) => {
    const next = parse(version.version)?.inc(step).version;
    // Numbers past 2^53 are no versions, so the highest one of all has no next.
    return next !== undefined && parse(next) ? [{ tag: mark + next, step, after }] : [];
  });
}

/** The next patch of the very line that a version belongs to: after `1.4.2` that of `1.4`, wherever `2.0` stands. */
export function nextInLine(tag: string, tags: readonly string[]): NextVersion | undefined {
  const line = tag.slice(0, tag.lastIndexOf('.') + 1);
  if (!releaseOf(tag)) return undefined;
  return nextVersions([tag, ...tags.filter((one) => one.startsWith(line))]).find(({ step }) => step === 'patch');
}

function releaseOf(tag: string): SemVer | undefined {
  if (!/^v?\d+\.\d+\.\d+$/u.test(tag)) return undefined;
  return parse(tag) ?? undefined;
}
