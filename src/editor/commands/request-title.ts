import type { PushOrder } from '../push-order.ts';

/** What a request pushes where to, in few words: its one target, or `3 images to registry.example.com`. */
export function titleOf(orders: readonly PushOrder[]): string {
  const targets = orders.flatMap((order) => order.targets);
  const [target, ...moreTargets] = targets;
  if (target !== undefined && moreTargets.length === 0) return target;
  const [order, ...moreOrders] = orders;
  const what = order && moreOrders.length === 0 ? order.image.name : `${orders.length} images`;
  return `${what} to ${placeOf(targets)}`;
}

/** The one registry of all targets, or how many there are. */
function placeOf(targets: readonly string[]): string {
  const registries = new Set(targets.map((target) => target.slice(0, target.indexOf('/'))));
  const [only] = registries;
  return registries.size === 1 && only ? only : `${targets.length} targets`;
}
