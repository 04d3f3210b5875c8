import type { LayerRow, PushRecord } from '../../push/index.ts';
import type { LivePush } from '../pushes-model.ts';

/**
 * A push. It is the same from its begin to its end, as the editor does not know another row before it has drawn all of
 * them anew, and a menu that is open is then about none.
 */
export interface PushRowNode {
  readonly kind: 'push';
  readonly id: string;
  readonly reference: string;
  /** What the registry has under it since it was pushed. */
  digest?: string;
  now: PushNow;
}

/** One of this window that runs or waits; or one that has ended, or that runs in another window. */
export type PushNow =
  { readonly kind: 'live'; readonly push: LivePush } | { readonly kind: 'record'; readonly record: PushRecord };

export interface LayerNode {
  readonly kind: 'push-layer';
  /** The id of its push. */
  readonly push: string;
  readonly layer: LayerRow;
}

export type PushNode = PushRowNode | LayerNode;

/**
 * Those that run first, then the others, the newest first.
 *
 * @param before the rows that there are: what is among them stays the same, and tells what it is now
 */
export function pushNodes(
  live: readonly LivePush[],
  past: readonly PushRecord[],
  before: readonly PushRowNode[],
): PushRowNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const nodeOf = (id: string, reference: string, now: PushNow): PushRowNode => {
    const node = known.get(id) ?? { kind: 'push', id, reference, now };
    node.now = now;
    return node;
  };
  return [
    ...live.map((push) => nodeOf(push.id, push.target, { kind: 'live', push })),
    ...past.map((record) => {
      const node = nodeOf(record.id, record.target, { kind: 'record', record });
      if (record.result?.outcome === 'pushed') node.digest = record.result.digest;
      return node;
    }),
  ];
}
