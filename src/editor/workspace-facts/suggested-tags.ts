import { type Log, messageOf } from '../../base/index.ts';
import { expandTagTemplate, type TagFacts, type TagVariable } from '../../reference/index.ts';
import { type GitFacts, shortCommit } from './git-facts.ts';
import type { PackageVersion } from './package-version.ts';
import { bestTag } from './release-tag.ts';

export interface SuggestedTag {
  readonly tag: string;
  /** Where it comes from, as `package.json`. */
  readonly from: string;
  /** The very tag whose place it would take, where that is refused. */
  readonly insteadOf?: string;
}

/** What is known of the workspace; what is not is absent. */
export interface WorkspaceFacts {
  readonly package?: PackageVersion | undefined;
  readonly git?: GitFacts | undefined;
  readonly now: Date;
}

/** The tags that templates make of what is known, in their order. A template that is none is told to the log. */
export function suggestedTags(templates: readonly string[], known: WorkspaceFacts, log: Log): readonly SuggestedTag[] {
  const facts = tagFacts(known);
  const sources = sourcesOf(known);
  return templates.flatMap((template) => {
    try {
      const made = expandTagTemplate(template, facts);
      if (!made) return [];
      const from = made.uses.map((name) => sources[name]).join(' and ');
      return [{ tag: made.tag, from: from === '' ? 'settings' : from }];
    } catch (error) {
      log.warn(messageOf(error));
      return [];
    }
  });
}

/** What each variable stands for as a part of a tag; undefined where it has no value now. */
export function tagValues(known: WorkspaceFacts): Readonly<Record<TagVariable, string | undefined>> {
  const facts = tagFacts(known);
  const valueOf = (name: TagVariable): string | undefined => expandTagTemplate(`\${${name}}`, facts)?.tag;
  return {
    packageVersion: valueOf('packageVersion'),
    gitTag: valueOf('gitTag'),
    gitBranch: valueOf('gitBranch'),
    gitShortSha: valueOf('gitShortSha'),
    date: valueOf('date'),
  };
}

function tagFacts({ package: project, git, now }: WorkspaceFacts): TagFacts {
  const gitTag = git && bestTag(git.tags);
  return {
    ...(project && { packageVersion: project.version }),
    ...(gitTag !== undefined && { gitTag }),
    ...(git?.branch !== undefined && { gitBranch: git.branch }),
    ...(git && { gitShortSha: shortCommit(git) }),
    date: dateOf(now),
  };
}

function sourcesOf({ package: project, git }: WorkspaceFacts): Record<TagVariable, string> {
  return {
    packageVersion: project?.file ?? 'package',
    gitTag: 'git tag',
    gitBranch: 'branch',
    gitShortSha: git?.dirty ? 'commit, with changes' : 'commit',
    date: 'date',
  };
}

/** `2026-03-01`, by this machine's clock. */
function dateOf(now: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
