import type { PushOrder } from '../pusher.ts';
import { readPushArgument } from './push-argument.ts';

/** What is remembered of a request: a `PushRequest` (`docs/scripting.md`) for each image, by its name and not by its ID. */
export function requestsOf(orders: readonly PushOrder[]): readonly object[] {
  return orders.map(({ image, ...order }) => ({ ...order, image: image.name }));
}

/** Reads what {@link requestsOf} made, as it was kept. What is damaged, or of another version, counts as nothing. */
export function readLastRequest(kept: unknown): readonly PushOrder[] {
  try {
    const requests = Array.isArray(kept) ? (kept as unknown[]).flatMap((one) => readPushArgument(one)) : [];
    return requests.map((request) => {
      if (!request.targets) throw new Error('A request without targets was kept.');
      return { ...request, targets: request.targets };
    });
  } catch {
    return [];
  }
}
