export { DestinationMemory } from './destinations.ts';
export { engineNeeds, type EnginesObjection } from './engine-remedy.ts';
export { type PushParts, type PushWatch, runPush } from './job.ts';
export { type ChosenImage, describePlan, newPushId, planPush, type PushPlan, shortDigest } from './plan.ts';
export type { PushProgress } from './progress.ts';
export { pushErrorOf } from './refusal.ts';
export type { Overwrite, PushError, PushFacts, PushRequest, PushResult } from './request.ts';
export { guardTag, type Replaced } from './tag-guard.ts';
export type { TagPolicy } from './tag-policy.ts';
