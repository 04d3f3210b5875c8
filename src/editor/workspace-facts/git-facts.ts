/** How a folder stands in its git repository. */
export interface GitFacts {
  /** The hash of HEAD. */
  readonly commit: string;
  /** Absent where HEAD is on none. */
  readonly branch?: string;
  /** The tags of that very commit. */
  readonly tags: readonly string[];
  /** Whether something differs from the commit, files that git does not know included: an image may have them all. */
  readonly dirty: boolean;
}

/** What stands for a commit where a person reads it, as git shows it: seven digits, and whether more is in the folder. */
export function shortCommit({ commit, dirty }: Pick<GitFacts, 'commit' | 'dirty'>): string {
  return commit.slice(0, 7) + (dirty ? '-dirty' : '');
}

/** A SHA-1 or a SHA-256. */
export function isCommit(text: string | undefined): text is string {
  return text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u.test(text);
}
