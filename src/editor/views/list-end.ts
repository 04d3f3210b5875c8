import { messageOf } from '../../base/index.ts';
import type { ListState } from './paged-list.ts';
import type { EndNode, ListOwner } from './remote-nodes.ts';

/**
 * The row at the end of a list: how it goes on.
 *
 * @param names that a search has looked at; undefined where nothing is searched for
 * @param wantsSignIn whether another sign-in may mend a failure
 */
export function endOf<T>(
  owner: ListOwner,
  state: ListState<T>,
  names: number | undefined,
  wantsSignIn: (error: unknown) => boolean,
): EndNode | undefined {
  const count = state.items.length;
  switch (state.kind) {
    case 'whole':
      if (names !== undefined) return { kind: 'searched', owner, looked: { matches: count, names } };
      return count === 0 ? { kind: 'empty', owner } : undefined;
    case 'partial': {
      const looked = names === undefined ? undefined : { matches: state.held, names };
      return { kind: 'more', owner, count, total: state.complete ? state.held : undefined, looked };
    }
    case 'failed': {
      const { error } = state;
      return { kind: 'failed', owner, config: owner.config, message: messageOf(error), signIn: wantsSignIn(error) };
    }
  }
}
