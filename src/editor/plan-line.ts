import { systemClock, withDeadline } from '../base/index.ts';
import type { Engine } from '../engine/index.ts';
import type { PushPlan, PushRecord, TagOutlook } from '../push/index.ts';
import type { RegistryClient } from '../registry/index.ts';
import { planWords } from './push-words.ts';

export interface PlanLineParts {
  /** Absent when it cannot be asked from here. */
  readonly registry?: RegistryClient | undefined;
  readonly engine: Pick<Engine, 'layerSizes'>;
  readonly history: readonly PushRecord[];
  readonly signal: AbortSignal;
}

/** So long a push waits for what is good to know, and which it does not need. In milliseconds. */
const patienceMs = 1_000;

/** The plan of a push, for the log, once it is known what the tag holds. Never rejects. */
export async function planLine({ image, target }: PushPlan, tag: TagOutlook, parts: PlanLineParts): Promise<string> {
  const { engine, history, registry, signal } = parts;
  if (!registry || tag.kind === 'same' || tag.kind === 'unknown') return planWords({ tag });
  const { layersAhead } = await import('../push/index.ts');
  const expired = (): Error => new Error('The registry was slow.');
  const layers = await withDeadline(
    (within) => {
      const layerSizes = (): ReturnType<Engine['layerSizes']> => engine.layerSizes(image.id, within);
      return layersAhead(image, target, tag, { registry, history, layerSizes, signal: within });
    },
    { clock: systemClock, timeoutMs: patienceMs, signal, expired },
  ).catch(() => undefined);
  return planWords({ tag, ...(layers && { layers }) });
}
