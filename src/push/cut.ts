import type { Clock } from '../base/index.ts';
import { formatReference, parseTarget } from '../reference/index.ts';
import { shortDigest } from './plan.ts';
import type { PushRecord } from './record.ts';
import type { PushError, PushFacts, PushResult } from './request.ts';
import { askTwice, type Finding, findImage, type TagRegistry } from './verification.ts';

/** The engine may still be at it: it needs up to 3.5 s to let go of the registry once its caller has gone. */
const settleMs = 5_000;

/**
 * What became of a push whose window went away under it: what the registry holds now. Never rejects.
 *
 * @param registry absent where it cannot be asked from here
 */
export async function concludeCut(
  record: PushRecord,
  registry: TagRegistry | undefined,
  clock: Clock,
): Promise<PushResult> {
  const { id, image } = record;
  const target = parseTarget(record.target);
  const name = formatReference(target);
  const facts: PushFacts = { id, target: name, durationMs: 0, warnings: [] };
  const { id: imageId } = image;
  if (imageId === undefined) return { ...facts, outcome: 'failed', error: cut('Nothing was sent yet.') };
  const finding: Finding = registry
    ? await askTwice(() => findImage(registry, target, { ...image, id: imageId }), clock, settleMs)
    : { kind: 'unavailable', reason: `${target.repository.registry} cannot be asked from here.` };
  switch (finding.kind) {
    case 'held':
      return {
        ...{ ...facts, warnings: ['It was complete before the window was closed.'] },
        ...{ outcome: 'pushed', digest: finding.digest, verification: 'confirmed' },
      };
    case 'absent':
      return { ...facts, outcome: 'failed', error: cut(`The registry has no ${name}.`) };
    case 'other': {
      // What an engine makes of one platform alone has a digest that nobody here knows.
      if (record.platform !== undefined || image.targetIsIndex) {
        const may = `${name} is ${shortDigest(finding.digest)} at the registry, which may be the part of it that was pushed.`;
        return { ...facts, outcome: 'unknown', error: cut(may), registryDigest: finding.digest };
      }
      const is = `${name} is ${shortDigest(finding.digest)} at the registry, which is not this image.`;
      return { ...facts, outcome: 'failed', error: cut(is) };
    }
    case 'unavailable':
      return { ...facts, outcome: 'unknown', error: cut(finding.reason) };
  }
}

function cut(what: string): PushError {
  return { code: 'window-closed', side: 'engine', message: `The window was closed while it was pushed. ${what}` };
}
