import { type GitFacts, isCommit } from './git-facts.ts';

/** Runs git, without a shell, and answers what it wrote; undefined where it could not be run or was not content. */
export type RunGit = (args: readonly string[]) => Promise<string | undefined>;

/**
 * What git itself says of a folder, in two short runs that write nothing. For where VS Code's Git extension has not opened
 * its repository; and never in Restricted Mode, as a repository names programs that git starts.
 */
export async function gitFactsIn(folder: string, run: RunGit): Promise<GitFacts | undefined> {
  const git = (...args: string[]): Promise<string | undefined> =>
    run(['--no-optional-locks', '-c', 'core.fsmonitor=false', '-C', folder, ...args]);
  const status = await git('status', '--porcelain=v2', '--branch', '--untracked-files=normal', '-z');
  if (status === undefined) return undefined;
  const { commit, branch, dirty } = readStatus(status);
  if (!isCommit(commit)) return undefined;
  const tags = (await git('tag', '--points-at', commit))?.split('\n').filter((tag) => tag !== '') ?? [];
  return { commit, ...(branch !== undefined && { branch }), tags, dirty };
}

/** https://git-scm.com/docs/git-status#_porcelain_format_version_2 */
function readStatus(status: string): { commit?: string; branch?: string; dirty: boolean } {
  const entries = status.split('\0').filter((entry) => entry !== '');
  const header = (name: string): string | undefined =>
    entries.find((entry) => entry.startsWith(`# ${name} `))?.slice(name.length + 3);
  const commit = header('branch.oid');
  const branch = header('branch.head');
  return {
    ...(commit !== undefined && { commit }),
    ...(branch !== undefined && branch !== '(detached)' && { branch }),
    dirty: entries.some((entry) => !entry.startsWith('# ')),
  };
}
