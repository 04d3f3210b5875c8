import type { Log } from '../../base/index.ts';
import { messageOf } from '../../base/index.ts';
import type { HelperAnswers } from '../../credentials/index.ts';
import type { Repository } from '../../reference/index.ts';
import type { RegistryClient } from '../../registry/index.ts';
import type { EngineSession } from '../engine-session.ts';
import type { RegistryDoor } from '../registry-door.ts';
import type { NextVersion } from '../flow/next-versions.ts';
import { askedHelpers } from '../asked-helpers.ts';
import { isSameHere } from '../registry-side.ts';
import type { SuggestedTag } from '../workspace-facts/suggested-tags.ts';

export interface RegistryTagParts {
  readonly door: Pick<RegistryDoor, 'open'>;
  readonly session: Pick<EngineSession, 'isLocal'>;
  readonly log: Log;
}

/** In pages of a thousand. Where there are more, which one is the highest is not known, and none is suggested. */
const pageLimit = 10;
const pageSize = 1_000;

/**
 * The versions after the highest one of a repository; none where its tags cannot be listed. Never rejects.
 *
 * @param refused where that is a version, the next patch of its line comes first
 */
export async function nextTagsAt(
  repository: Repository,
  parts: RegistryTagParts,
  answers: HelperAnswers,
  signal: AbortSignal,
  refused?: string,
): Promise<readonly SuggestedTag[]> {
  try {
    const client = await clientOf(repository, parts, answers, signal);
    const tags: string[] = [];
    let after: string | undefined;
    for (let page = 0; client && page < pageLimit; page++) {
      const { items, next } = await client.tags(repository, { limit: pageSize, after }, signal);
      tags.push(...items);
      after = next;
      if (next === undefined) break;
    }
    if (after !== undefined) return [];
    const { nextInLine, nextVersions } = await import('../flow/next-versions.ts');
    const instead = refused === undefined ? undefined : nextInLine(refused, tags);
    return [
      ...(instead ? [{ ...suggested(instead), ...(refused !== undefined && { insteadOf: refused }) }] : []),
      ...nextVersions(tags).map(suggested),
    ];
  } catch (error) {
    parts.log.debug(`no next version is suggested: ${messageOf(error)}`);
    return [];
  }
}

function suggested({ tag, step, after }: NextVersion): SuggestedTag {
  return { tag, from: `next ${step} after ${after}` };
}

/** Undefined where the name means another machine to the engine than it does here. */
async function clientOf(
  repository: Repository,
  { door, session }: RegistryTagParts,
  answers: HelperAnswers,
  signal: AbortSignal,
): Promise<RegistryClient | undefined> {
  if (!isSameHere(repository.registry, await session.isLocal())) return undefined;
  const ask = await askedHelpers(repository.registry, answers, signal);
  return (await door.open(repository, ask)).client;
}
