import type { PushStreamEvent } from '../../src/engine/index.ts';
import { type PushConclusion, PushWitness } from '../../src/push/witness.ts';

/** The conclusion of a whole answer. */
export function concludePush(events: Iterable<PushStreamEvent>, tag?: string): PushConclusion {
  const witness = new PushWitness(tag);
  for (const event of events) witness.add(event);
  return witness.conclusion();
}
