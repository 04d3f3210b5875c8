export { heldDiffIds } from './held-layers.ts';
export { DestinationMemory } from './destinations.ts';
export { engineNeeds, type EnginesObjection } from './engine-remedy.ts';
export { type PushParts, type PushWatch, runPush } from './job.ts';
export { type ChosenImage, describePlan, newPushId, planPush, type PushPlan, shortDigest } from './plan.ts';
export type { LayerRow, PushProgress } from './progress.ts';
export { concludeCut } from './cut.ts';
export { pushErrorOf } from './refusal.ts';
export type { Overwrite, PushError, PushFacts, PushRequest, PushResult } from './request.ts';
export { PushHistory } from './history.ts';
export {
  isVersion,
  lastPushesTo,
  layersAhead,
  lookAhead,
  lookAtTag,
  type Outlook,
  type ReadDetails,
  type TagOutlook,
  type There,
} from './outlook.ts';
export { isAlive, type ProcessSign, signOf } from './process-sign.ts';
export { type Gate, PushQueue, type QueueOptions, type Rest, type Work } from './queue.ts';
export { isPushed, type PushedRecord, type PushPhase, type PushRecord } from './record.ts';
export { type Caution, guardTag, type Replaced, wantsToKnow } from './tag-guard.ts';
export type { TagPolicy } from './tag-policy.ts';
export { TargetTurn } from './turn.ts';
