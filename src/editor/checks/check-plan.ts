import { CancelledError, type Log, plainText } from '../../base/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { PushError, PushRecord } from '../../push/index.ts';
import { formatReference, formatRepository, parseTarget, type TaggedReference } from '../../reference/index.ts';
import type { PushOrder, PushOrderWatch } from '../push-order.ts';
import { objectionLabel, objectionWords, openWords } from './check-words.ts';
import type { CheckedPush, PushChecks, Verdict } from './push-checks.ts';

export interface CheckPlanOptions extends Pick<PushOrderWatch, 'onBlocked' | 'onFinding'> {
  readonly checks: Pick<PushChecks, 'before'>;
  /** Why it is pushed all the same, by the image and what the checks say of it; grows. */
  readonly overrides: Map<string, string>;
  /** Told the reason, which the history keeps. */
  readonly overridden: (reason: string) => void;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** What the checks say of a push that goes on. */
export interface CheckedPlan extends Pick<Verdict, 'open'> {
  readonly push: CheckedPush;
  /** A sentence each, to be told with the result. */
  readonly warnings: readonly string[];
}

export type Checked =
  | { readonly kind: 'passed'; readonly plan: CheckedPlan }
  /** It may have taken hours: what was known of the image's name and of the tag is to be found out anew. */
  | { readonly kind: 'again' }
  | { readonly kind: 'refused'; readonly error: PushError };

/**
 * Holds a push against the checks, and asks where one stops it.
 *
 * @throws CancelledError when the person declines or the signal aborts, EngineError
 */
export async function checkPlan(push: CheckedPush, engine: Engine, options: CheckPlanOptions): Promise<Checked> {
  const { checks, log, onBlocked, onFinding, overridden, overrides, signal } = options;
  const verdict = await checks.before(push, engine, { signal, onFinding });
  const stops = blocking(verdict);
  const why = stops.join(' ');
  const sign = `${push.details.id} ${why}`;
  const reason = overrides.get(sign);
  const target = formatReference(push.target);
  if (stops.length > 0 && reason === undefined) {
    log.warn(`a check stops it: ${plainText(why, 1_000)}`);
    const message = plainText(`${target} was not pushed. ${why}`, 1_000);
    if (!onBlocked) return { kind: 'refused', error: { code: 'check-blocked', side: 'policy', message } };
    const given = await onBlocked({ image: push.name, imageId: push.details.id, target, words: stops }, signal);
    if (given === undefined) throw new CancelledError();
    overrides.set(sign, given);
    overridden(given);
    log.warn(`pushed all the same: ${plainText(given, 400)}`);
    return { kind: 'again' };
  }
  if (verdict.waited) return { kind: 'again' };
  const { objections, open } = verdict;
  if (objections.length > 0) log.warn(`checks: ${objections.map(objectionLabel).join('; ')}`);
  const warned = objections.filter(({ action }) => action === 'warn').map(objectionWords);
  const allTheSame = reason === undefined ? [] : [...stops, `It was pushed all the same: “${reason}”.`];
  const left = open.filter(({ action }) => action === 'warn');
  return { kind: 'passed', plan: { push, open: left, warnings: [...warned, ...allTheSame] } };
}

/** A rule that cannot be read may be one that would stop it. */
function blocking({ faults, objections, open }: Verdict): string[] {
  const unknown = open.filter(({ action }) => action === 'block');
  return [
    ...faults,
    ...objections.filter(({ action }) => action === 'block').map(objectionWords),
    ...(unknown.length > 0 ? [openWords(unknown)] : []),
  ];
}

/** Whether the image has, or gets by the same request, no other tag in the repository than `latest`. */
export function isLatestAlone(
  { repository, tag }: TaggedReference,
  imageId: string,
  { targets }: Pick<PushOrder, 'targets'>,
  history: readonly PushRecord[],
): boolean {
  if (tag !== 'latest') return false;
  const place = formatRepository(repository);
  const isOther = (text: string): boolean => {
    const other = targetIn(text);
    return other !== undefined && formatRepository(other.repository) === place && other.tag !== tag;
  };
  const pushed = history.filter(({ image, result }) => image.id === imageId && result?.outcome === 'pushed');
  return !targets.some(isOther) && !pushed.some(({ target }) => isOther(target));
}

function targetIn(text: string): TaggedReference | undefined {
  try {
    return parseTarget(text);
  } catch {
    // What is no target is told with its own result.
    return undefined;
  }
}
