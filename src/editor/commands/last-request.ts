import type { PushOrder } from '../push-order.ts';
import { type PushArgument, readPushArgument } from './push-argument.ts';

/** What is remembered of a request: a `PushRequest` (`docs/scripting.md`) for each image, by its name and not by its ID. */
export function requestsOf(orders: readonly PushOrder[]): readonly object[] {
  return orders.map(({ image, ...order }) => ({ ...order, image: image.name }));
}

/** Reads what {@link requestsOf} made, as it was kept. What is damaged, or of another version, counts as nothing. */
export function readLastRequest(kept: unknown): readonly PushOrder[] {
  try {
    const requests = Array.isArray(kept) ? (kept as unknown[]).flatMap((one) => readPushArgument(one)) : [];
    return requests.every(hasTargets) ? requests : [];
  } catch {
    return [];
  }
}

function hasTargets(request: PushArgument): request is PushArgument & PushOrder {
  return request.targets !== undefined;
}
