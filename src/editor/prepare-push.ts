import type { Clock, Log } from '../base/index.ts';
import type { HelperAnswers } from '../credentials/index.ts';
import type { Caution, PushError, PushPlan, PushRecord } from '../push/index.ts';
import { type DigestReference, formatReference, type TaggedReference } from '../reference/index.ts';
import { type CheckedPlan, checkPlan, isLatestAlone } from './checks/check-plan.ts';
import type { PushChecks } from './checks/push-checks.ts';
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
  /** Why it is pushed all the same, by the image and what the checks say of it; grows. */
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
    const latestAlone = isLatestAlone(target, plan.image.id, order, await history());
    const push = { name: image.name, details: plan.image, target, latestAlone, platform };
    const checked = await checkPlan(push, engine, { ...options, checks: parts.checks });
    if (checked.kind === 'refused') return { kind: 'refused', error: checked.error, access };
    if (checked.kind === 'again') continue;
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
