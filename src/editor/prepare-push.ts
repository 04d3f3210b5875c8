import { CancelledError, type Clock, type Log, plainText } from '../base/index.ts';
import type { HelperAnswers } from '../credentials/index.ts';
import type { Caution, PushError, PushPlan, PushRecord } from '../push/index.ts';
import {
  type DigestReference,
  formatReference,
  formatRepository,
  parseTarget,
  type TaggedReference,
} from '../reference/index.ts';
import { objectionLabel, objectionWords, openWords } from './checks/check-words.ts';
import type { CheckedPush, PushChecks, Verdict } from './checks/push-checks.ts';
import { type Connection, describeEngine, type EngineSession } from './engine-session.ts';
import { planLine } from './plan-line.ts';
import { accessTo, type PushAccess, type PushAccessParts } from './push-access.ts';
import type { PushOrder, PushOrderWatch } from './push-order.ts';
import type { PushesModel, PushTeller } from './pushes-model.ts';

export interface PreparationParts extends PushAccessParts {
  readonly session: EngineSession;
  readonly pushes: Pick<PushesModel, 'load' | 'see'>;
  readonly checks: Pick<PushChecks, 'before'>;
}

export interface PreparationOptions {
  readonly id: string;
  readonly order: PushOrder;
  readonly answers: HelperAnswers;
  readonly parts: PreparationParts;
  readonly caution: Caution;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly clock: Clock;
  /** The target holds another image, and somebody is to be asked. True to replace it. */
  readonly onReplace: PushOrderWatch['onReplace'];
  /** Lets a person see what a check waits for, and skip it. */
  readonly onFinding: PushOrderWatch['onFinding'];
  /** A check stops the push, and somebody is to be asked. */
  readonly onBlocked: PushOrderWatch['onBlocked'];
  /** What was agreed to already; grows. */
  readonly agreed: Set<string>;
  /** Why it is pushed all the same, by what a check says; grows. */
  readonly overrides: Map<string, string>;
  readonly overridden: PushTeller['overridden'];
  readonly planned: PushTeller['planned'];
}

/** All that was found out before anything is sent, and that it may be sent. */
export interface ReadyPush {
  readonly kind: 'ready';
  readonly plan: PushPlan;
  readonly connection: Connection;
  readonly access: PushAccess;
  readonly warnings: readonly string[];
  readonly checked: CheckedPlan;
  /** On the clock. */
  readonly at: number;
}

/** What the checks say of a push that goes on. */
export interface CheckedPlan extends Pick<Verdict, 'open'> {
  readonly push: CheckedPush;
  /** A sentence each, to be told with the result. */
  readonly warnings: readonly string[];
}

export type Preparation =
  ReadyPush | { readonly kind: 'refused'; readonly error: PushError; readonly access: PushAccess };

/**
 * Finds out what a push will do, and whether it may; asks a person where that is for them to say.
 *
 * @throws CancelledError when they decline or the signal aborts; what the engine or a source of credentials fails with
 */
export async function preparePush(target: TaggedReference, options: PreparationOptions): Promise<Preparation> {
  const { agreed, answers, caution, clock, id, log, order, parts, signal } = options;
  const { image, platform } = order;
  const [{ describePlan, guardTag, lastPushesTo, planPush }, { readTagDetails }] = await Promise.all([
    import('../push/index.ts'),
    import('../registry/index.ts'),
  ]);
  const name = formatReference(target);
  const confirm = askedOnce(options);
  for (;;) {
    const connection = await parts.session.connect();
    const { engine } = connection;
    const plan = await planPush(image, target, engine, { id, signal, ...(platform !== undefined && { platform }) });
    const access = await accessTo(target.repository, connection, parts, log, { answers, signal });
    const { account, policy, registry } = access;
    log.info(`${describePlan(plan)}, ${describeEngine(connection)}${account === undefined ? '' : `, as ${account}`}`);
    options.planned(plan.image, account, registry ? 'here' : 'elsewhere');
    let loaded: Promise<readonly PushRecord[]> | undefined;
    const history = (): Promise<readonly PushRecord[]> => (loaded ??= parts.pushes.load());
    const before = agreed.size;
    const permission = await guardTag(plan, caution, {
      registry,
      details:
        registry && ((reference: DigestReference, within?: AbortSignal) => readTagDetails(registry, reference, within)),
      ...{ policy, confirm, signal, log, clock },
      lastPushes: async () => lastPushesTo(name, await history()),
    });
    if (permission.kind === 'refused') return { kind: 'refused', error: permission.error, access };
    // A person may take hours to answer: meanwhile the image's name, or the tag, may have moved.
    if (agreed.size > before) continue;
    const latestAlone = target.tag === 'latest' && !hasOtherTag(order, target);
    const push = { name: image.name, details: plan.image, target, latestAlone };
    const checked = await check(push, connection, options);
    if (checked.kind === 'refused') return { kind: 'refused', error: checked.error, access };
    if (checked.kind === 'agreed') continue;
    const { tag, warnings } = permission;
    if (tag) log.info(await planLine(plan, tag, { registry, engine, history: await history(), signal }));
    if (tag?.kind === 'replaces' || tag?.kind === 'same') parts.pushes.see(name, tag.digest);
    return { kind: 'ready', plan, connection, access, warnings, checked: checked.plan, at: clock.now() };
  }
}

/** A push that is prepared again asks no second time about the same. */
function askedOnce({ agreed, onReplace }: PreparationOptions): PushOrderWatch['onReplace'] {
  return (
    onReplace &&
    (async (replaced, signal) => {
      const what = `${replaced.digest} ${replaced.imageId}`;
      if (agreed.has(what)) return true;
      if (!(await onReplace(replaced, signal))) return false;
      agreed.add(what);
      return true;
    })
  );
}

type Checked =
  | { readonly kind: 'passed'; readonly plan: CheckedPlan }
  /** A person has just agreed, which may have taken hours. */
  | { readonly kind: 'agreed' }
  | { readonly kind: 'refused'; readonly error: PushError };

/** @throws CancelledError when the person declines, EngineError */
async function check(push: CheckedPush, { engine }: Connection, options: PreparationOptions): Promise<Checked> {
  const { log, onBlocked, onFinding, overridden, overrides, parts, signal } = options;
  const { faults, objections, open } = await parts.checks.before(push, engine, { signal, onFinding });
  const stops = blocking({ objections, open });
  const why = stops.join(' ');
  const reason = overrides.get(why);
  if (stops.length > 0 && reason === undefined) {
    log.warn(`a check stops it: ${plainText(why, 1_000)}`);
    const target = formatReference(push.target);
    if (!onBlocked) return { kind: 'refused', error: blockedError(target, why) };
    const given = await onBlocked({ image: push.name, target, words: stops }, signal);
    if (given === undefined) throw new CancelledError();
    overrides.set(why, given);
    overridden(given);
    log.warn(`pushed all the same: ${plainText(given, 400)}`);
    return { kind: 'agreed' };
  }
  const warned = objections.filter(({ action }) => action === 'warn');
  if (objections.length > 0) log.warn(`checks: ${objections.map(objectionLabel).join('; ')}`);
  const allTheSame = reason === undefined ? [] : [...stops, `It was pushed all the same: “${reason}”.`];
  const warnings = [...faults, ...warned.map(objectionWords), ...allTheSame].map((line) => plainText(line, 700));
  return { kind: 'passed', plan: { push, open: open.filter(({ action }) => action === 'warn'), warnings } };
}

function blocking({ objections, open }: Omit<Verdict, 'faults'>): string[] {
  const unknown = open.filter(({ action }) => action === 'block');
  return [
    ...objections.filter(({ action }) => action === 'block').map(objectionWords),
    ...(unknown.length > 0 ? [openWords(unknown)] : []),
  ];
}

function blockedError(target: string, why: string): PushError {
  return { code: 'check-blocked', side: 'policy', message: plainText(`${target} was not pushed. ${why}`, 1_000) };
}

/** Whether the same request gives the image another tag in that repository. */
function hasOtherTag({ targets }: PushOrder, { repository, tag }: TaggedReference): boolean {
  return targets.some((text) => {
    const other = targetIn(text);
    return other && formatRepository(other.repository) === formatRepository(repository) && other.tag !== tag;
  });
}

function targetIn(text: string): TaggedReference | undefined {
  try {
    return parseTarget(text);
  } catch {
    // What is no target is told with its own result.
    return undefined;
  }
}
