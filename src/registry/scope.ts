// https://distribution.github.io/distribution/spec/auth/scope/
import type { Repository } from '../reference/index.ts';

export type Action = 'pull' | 'pull,push' | 'delete';

/** The right to act on a repository, as a token server is asked for it. */
export function scopeOf({ path }: Repository, action: Action): string {
  return `repository:${path}:${action}`;
}

/** The right to list the repositories. */
export const catalogScope = 'registry:catalog:*';
