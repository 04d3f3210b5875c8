// https://distribution.github.io/distribution/spec/auth/scope/
import type { Repository } from '../reference/index.ts';

export type Action = 'pull' | 'pull,push' | 'delete';

/** The right to act on a repository, as a token server is asked for it. */
export function scopeOf({ path }: Repository, action: Action): string {
  return `repository:${path}:${action}`;
}

/** The right to list the repositories. */
export const catalogScope = 'registry:catalog:*';

/** Whether a scope asks for nothing that another does not: `…:push,pull` is the same as `…:pull,push`. */
export function covers(asked: string, wanted: string): boolean {
  const [resource, actions] = split(asked);
  const [other, others] = split(wanted);
  return resource === other && others.every((action) => actions.includes(action));
}

function split(scope: string): [resource: string, actions: string[]] {
  const colon = scope.lastIndexOf(':');
  return [scope.slice(0, colon), scope.slice(colon + 1).split(',')];
}
