import { systemClock } from '../base/index.ts';
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
  const { engine, history, registry } = parts;
  if (!registry || tag.kind === 'same' || tag.kind === 'unknown') return planWords({ tag });
  const { layersAhead } = await import('../push/index.ts');
  const settled = new AbortController();
  const signal = AbortSignal.any([parts.signal, settled.signal]);
  const late = systemClock.sleep(patienceMs, signal).catch(() => undefined);
  const looks = { registry, history, signal, layerSizes: () => engine.layerSizes(image.id, signal) };
  const layers = await Promise.race([layersAhead(image, target, tag, looks), late]);
  settled.abort();
  return planWords({ tag, ...(layers && { layers }) });
}
