import { untilAborted } from '../../base/index.ts';
import { type GitFacts, isCommit } from './git-facts.ts';

/** What is used of version 1 of https://github.com/microsoft/vscode/blob/main/extensions/git/src/api/git.d.ts */
export interface GitApi<Uri> {
  getRepository(uri: Uri): GitRepository | null;
}

export interface GitRepository {
  readonly state: {
    readonly HEAD: { readonly name?: string; readonly commit?: string } | undefined;
    readonly mergeChanges: readonly unknown[];
    readonly indexChanges: readonly unknown[];
    readonly workingTreeChanges: readonly unknown[];
    /** Where `git.untrackedChanges` keeps them apart; else they are in the working tree's. */
    readonly untrackedChanges?: readonly unknown[];
  };
  status(): Promise<void>;
  getRefs(query: { readonly pattern?: string }): Promise<readonly GitRef[]>;
}

export interface GitRef {
  readonly type: number;
  readonly name?: string;
  readonly commit?: string;
}

const tagType = 2;

/**
 * What VS Code's Git extension knows of a folder. It is asked to look anew: it does so by itself only while its window is
 * in front.
 *
 * @returns undefined where the folder is in no repository that it has opened, or has no commit yet
 * @throws what the extension throws; CancelledError
 */
export async function gitFactsOf<Uri>(
  api: GitApi<Uri>,
  folder: Uri,
  signal: AbortSignal,
): Promise<GitFacts | undefined> {
  const repository = api.getRepository(folder);
  if (!repository) return undefined;
  await untilAborted(repository.status(), signal);
  const { HEAD, mergeChanges, indexChanges, workingTreeChanges, untrackedChanges = [] } = repository.state;
  const commit = HEAD?.commit;
  if (!isCommit(commit)) return undefined;
  const refs = await untilAborted(repository.getRefs({ pattern: 'refs/tags' }), signal);
  const tags = refs.flatMap(({ type, name, commit: at }) => (type === tagType && name && at === commit ? [name] : []));
  const dirty = [mergeChanges, indexChanges, workingTreeChanges, untrackedChanges].some(({ length }) => length > 0);
  return { commit, ...(HEAD?.name && { branch: HEAD.name }), tags, dirty };
}
