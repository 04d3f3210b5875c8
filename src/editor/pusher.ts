import {
  CancelledError,
  type Log,
  messageOf,
  needsSignIn,
  plainText,
  prefixed,
  redacted,
  SidedError,
  sourceFailed,
  systemClock,
} from '../base/index.ts';
import type { AskHelpers, HelperAnswers, KeychainAnswer } from '../credentials/index.ts';
import type { EngineError } from '../engine/index.ts';
import type {
  Caution,
  ChosenImage,
  DestinationMemory,
  Overwrite,
  PushError,
  PushFacts,
  PushParts,
  PushProgress,
  PushQueue,
  PushResult,
  PushWatch,
  Replaced,
  TagPolicy,
} from '../push/index.ts';
import {
  type DigestReference,
  formatReference,
  parseTarget,
  type Repository,
  type TaggedReference,
} from '../reference/index.ts';
import type { RegistryClient } from '../registry/index.ts';
import type { Accounts } from './accounts.ts';
import type { EngineTrust } from './engine-trust.ts';
import { type Connection, describeEngine, type EngineSession } from './engine-session.ts';
import { referenceOf, sourceOf } from './flow/destinations.ts';
import { CommonProgress } from './common-progress.ts';
import { planLine } from './plan-line.ts';
import { resultLine } from './push-words.ts';
import type { PushesModel, PushTeller } from './pushes-model.ts';
import type { Confirm } from './settings.ts';
import type { OwnTags } from './own-tags.ts';
import type { RegistryContact } from './registry-contact.ts';
import type { RegistryDoor } from './registry-door.ts';
import { isSameHere } from './registry-side.ts';
import type { WorkspacePushes } from './workspace-pushes.ts';

export interface PusherParts {
  readonly session: EngineSession;
  readonly log: Log;
  readonly memory: () => Promise<DestinationMemory>;
  readonly accounts: Pick<Accounts, 'refused'>;
  readonly trust: Pick<EngineTrust, 'mayTrust'>;
  readonly ownTags: OwnTags;
  readonly workspacePushes: WorkspacePushes;
  readonly pushes: Pick<PushesModel, 'begin' | 'load' | 'see'>;
  readonly maxConcurrentPushes: () => number;
  readonly confirm: () => Confirm;
  /** Told of every result, whoever asked for the push. */
  readonly pushed: (result: PushResult) => void;
  readonly door: Pick<RegistryDoor, 'open'>;
  readonly contact: Pick<RegistryContact, 'optionsFor'>;
}

/** An image that is to be pushed, and where to: complete. */
export interface PushOrder {
  readonly image: ChosenImage;
  /** As given: what is no target becomes a failed result. */
  readonly targets: readonly string[];
  readonly platform?: string;
  /** When a target holds another image: what `dockerPush.confirm` says when absent. */
  readonly overwrite?: Overwrite;
}

export interface PushOrderWatch {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: PushProgress) => void;
  /** The target holds another image, and the order says to ask. True to replace it. */
  readonly onReplace?: (replaced: Replaced, signal: AbortSignal) => Promise<boolean>;
  /** Told each local name (canonical) that the push needs and makes: one that no image had. */
  readonly onTag?: (reference: string, imageId: string) => void;
  /** What Docker's credential helpers said already when the targets were asked for. */
  readonly answers?: HelperAnswers;
  /** The registry wants a sign-in, or another one. True when there is one now: then the same push goes on. */
  readonly onSignInNeeded?: (repository: Repository, reason: string, signal: AbortSignal) => Promise<boolean>;
}

type Access = Pick<PushParts, 'auth' | 'account' | 'withheld' | 'lostAccount' | 'explain'> & {
  readonly answer: KeychainAnswer;
  readonly registry?: RegistryClient;
  readonly policy?: TagPolicy;
};

interface Attempt {
  readonly result: PushResult;
  /** The registry refused what a sign-in of this machine had granted, which will be made anew. */
  readonly renewed: boolean;
}

/** The one way to a push, for commands and for other extensions. It shows nothing; it asks only what safety demands. */
export class Pusher {
  readonly #parts: PusherParts;
  #queue: PushQueue | undefined;

  constructor(parts: PusherParts) {
    this.#parts = parts;
  }

  /** One result for each target of each order, in order; a few are pushed at a time. Never rejects. */
  async push(orders: readonly PushOrder[], options: PushOrderWatch): Promise<PushResult[]> {
    const { answers = new Map() as HelperAnswers } = options;
    const all = orders.flatMap((order) => order.targets.map((target) => ({ order, target })));
    const progress = options.onProgress && new CommonProgress(all.length, options.onProgress);
    return Promise.all(
      all.map(async ({ order, target }, index) => {
        const onProgress = (now: PushProgress): void => progress?.report(index, now);
        const result = await this.#queued(order, target, { ...options, answers, onProgress });
        progress?.end(index, result);
        this.#parts.pushed(result);
        return result;
      }),
    );
  }

  /** Waits for its turn, and pushes. */
  async #queued(order: PushOrder, text: string, watch: PushOrderWatch & AskHelpers): Promise<PushResult> {
    const { maxConcurrentPushes, pushes } = this.#parts;
    const { newPushId, pushErrorOf, PushQueue } = await import('../push/index.ts');
    const id = newPushId();
    const target = canonical(text);
    if (target === undefined)
      return this.#pushOne(order, text, watch, { id, log: prefixed(this.#parts.log, `${id} `) });
    const cancel = new AbortController();
    const { image, overwrite, platform } = order;
    const started = systemClock.now();
    const teller = pushes.begin({ id, image: image.name, target, platform, overwrite, cancel: () => cancel.abort() });
    const signal = AbortSignal.any([watch.signal, cancel.signal]);
    signal.addEventListener('abort', () => teller.cancelling(), { once: true });
    const onProgress: PushWatch['onProgress'] = (now, layers) => {
      teller.progressed(now, layers);
      watch.onProgress?.(now);
    };
    this.#queue ??= new PushQueue(maxConcurrentPushes);
    const result = await this.#queue
      .run(
        target,
        signal,
        (rest) => {
          teller.started();
          const { onReplace, onSignInNeeded } = watch;
          const questions = {
            ...(onReplace && { onReplace: (...what: Parameters<typeof onReplace>) => rest(() => onReplace(...what)) }),
            ...(onSignInNeeded && {
              onSignInNeeded: (...what: Parameters<typeof onSignInNeeded>) => rest(() => onSignInNeeded(...what)),
            }),
          };
          return this.#pushOne(order, target, { ...watch, ...questions, signal, onProgress }, { id, ...teller });
        },
        teller.turn,
      )
      .catch((error: unknown): PushResult => {
        const facts = { id, target, durationMs: Math.round(systemClock.now() - started), warnings: [] };
        if (!signal.aborted) {
          teller.log.error(detailsOf(error));
          return { ...facts, outcome: 'failed', error: pushErrorOf(error) };
        }
        teller.log.info('cancelled before its turn came');
        return { ...facts, outcome: 'cancelled' };
      });
    await teller.ended(result);
    return result;
  }

  async #pushOne(
    order: PushOrder,
    text: string,
    watch: Omit<PushOrderWatch, 'onProgress'> & AskHelpers & Pick<PushWatch, 'onProgress'>,
    { id, log: own, planned }: Pick<PushTeller, 'log'> & Partial<PushTeller> & { readonly id: string },
  ): Promise<PushResult> {
    const { accounts, confirm: confirmSetting, ownTags, pushes, session } = this.#parts;
    const { signal, onProgress } = watch;
    const { image, platform } = order;
    const { readTagDetails } = await import('../registry/index.ts');
    const { describePlan, guardTag, lastPushTo, planPush, pushErrorOf, runPush, wantsToKnow } =
      await import('../push/index.ts');
    const caution = order.overwrite ?? cautionOf[confirmSetting()];
    const started = systemClock.now();
    const facts = (): PushFacts => ({
      id,
      target: plainText(text, 300),
      durationMs: Math.round(systemClock.now() - started),
      warnings: [],
    });
    let wasAsked = false;
    const confirm = watch.onReplace && askedOnce(watch.onReplace, () => (wasAsked = true));
    const attempt = async (target: TaggedReference): Promise<Attempt> => {
      const connection = await session.connect();
      const { engine, info } = connection;
      const plan = await planPush(image, target, engine, { id, signal, ...(platform !== undefined && { platform }) });
      const { answer, account, policy, ...access } = await this.#accessTo(target, connection, own, watch);
      own.info(`${describePlan(plan)}, ${describeEngine(connection)}${account === undefined ? '' : `, as ${account}`}`);
      planned?.(plan.image, account, access.registry ? 'here' : 'elsewhere');
      // A name that moves from another image was there before the push.
      const isNewName =
        watch.onTag !== undefined &&
        !plan.image.references.includes(formatReference(target)) &&
        (await engine.inspectImage(formatReference(target), signal).then(
          () => false,
          (error: unknown) => error instanceof SidedError && error.code === 'engine-image-missing',
        ));
      const parts = {
        ...{ engine, store: info.store, product: info.product, log: own, clock: systemClock },
        expectTag: (reference: string) => {
          if (isNewName) watch.onTag(reference, plan.image.id);
          return ownTags.expect(reference);
        },
        ...access,
        ...(account !== undefined && { account }),
      };
      const { registry } = access;
      let loaded: ReturnType<typeof pushes.load> | undefined;
      const history = (): ReturnType<typeof pushes.load> => (loaded ??= pushes.load());
      const guard = {
        registry,
        details:
          registry &&
          ((reference: DigestReference, within?: AbortSignal) => readTagDetails(registry, reference, within)),
        policy,
        confirm,
        lastPush: async () => lastPushTo(formatReference(target), await history()),
        signal,
        log: own,
        clock: systemClock,
      };
      const permission = await guardTag(plan, caution, guard);
      const isRenewed = async ({ code }: PushError): Promise<boolean> =>
        needsSignIn(code) && (await accounts.refused(answer));
      if (permission.kind === 'refused') {
        const { error } = permission;
        return { result: { ...facts(), outcome: 'failed', error }, renewed: await isRenewed(error) };
      }
      if (wasAsked) {
        // A person may take hours to answer: meanwhile the image's name, or the tag, may have moved.
        wasAsked = false;
        return attempt(target);
      }
      if (permission.tag) {
        const looks = { registry, engine, history: await history(), signal };
        own.info(await planLine(plan, permission.tag, looks));
      }
      if (permission.tag?.kind === 'replaces' || permission.tag?.kind === 'same')
        pushes.see(formatReference(target), permission.tag.digest);
      const result = await runPush(plan, parts, { signal, ...(onProgress && { onProgress }) });
      const renewed = result.outcome === 'failed' && (await isRenewed(result.error));
      // Of a look that nobody asked for, and that failed, is told where all else went well.
      const isTold = wantsToKnow(caution) || (result.outcome === 'pushed' && result.verification === 'confirmed');
      const warnings = isTold ? [...permission.warnings, ...result.warnings] : result.warnings;
      return { result: explained({ ...result, warnings }, answer), renewed };
    };
    try {
      const target = parseTarget(text);
      const first = await attempt(target);
      let { result } = first;
      if (first.renewed) {
        // What a sign-in of this machine granted may have ended before its time; nobody has to be asked for another.
        own.info(`${resultLine(result)}; once more, with a new sign-in`);
        ({ result } = await attempt(target));
      }
      if (result.outcome === 'failed' && signInHelps(result.error) && watch.onSignInNeeded) {
        own.info(resultLine(result));
        // Once: a credential that was just checked and is refused again needs a person's thought. The plan is made anew,
        // as the image's name may have moved while the password was typed.
        if (await watch.onSignInNeeded(target.repository, result.error.message, signal))
          ({ result } = await attempt(target));
        else if (signal.aborted) result = { ...facts(), outcome: 'cancelled' };
      }
      own[result.outcome === 'failed' || result.outcome === 'unknown' ? 'error' : 'info'](resultLine(result));
      if (result.outcome === 'pushed') this.#remember(image, target);
      return result;
    } catch (error) {
      if (signal.aborted || error instanceof CancelledError) {
        own.info('cancelled before anything was sent');
        return { ...facts(), outcome: 'cancelled' };
      }
      const { code, message, side } = pushErrorOf(error);
      const failure = { code, side, message: `Cannot push to ${plainText(text, 300)}. ${message}` };
      const result: PushResult = { ...facts(), outcome: 'failed', error: failure };
      own.error(`push ${image.name}: ${detailsOf(error)}`);
      own.error(resultLine(result));
      return result;
    }
  }

  /** With which credential to push, and the registry as seen from here with the same one. */
  async #accessTo(target: TaggedReference, { engine }: Connection, log: Log, ask: AskHelpers): Promise<Access> {
    const { contact, door, trust } = this.#parts;
    const { repository } = target;
    const { registry } = repository;
    const [{ authConfigOf, describeSource }, { openRegistry }] = await Promise.all([
      import('../credentials/index.ts'),
      import('../registry/index.ts'),
    ]);
    const { account: answer, provider, policy } = await door.open(repository, ask);
    const credential = answer.kind === 'found' ? answer.credential : undefined;
    const trusted = credential === undefined || (await trust.mayTrust(engine.chosen, ask.answers));
    const auth = credential && trusted ? authConfigOf(credential, registry) : undefined;
    const options = { ...contact.optionsFor(repository, log), credential };
    const isHere = isSameHere(registry, engine.chosen.local);
    return {
      answer,
      ...(provider?.explain && { explain: provider.explain }),
      ...(auth && answer.kind === 'found' && { auth, account: describeSource(answer) }),
      ...(!trusted && { withheld: true }),
      ...(answer.kind === 'missing-secret' && { lostAccount: plainText(answer.account ?? 'whoever signed in', 80) }),
      ...(isHere && { registry: openRegistry(registry, options) }),
      ...(isHere && policy && { policy }),
    };
  }

  /** Beside the push: a push that went well is not spoiled by a full disk. */
  #remember(image: ChosenImage, { repository }: TaggedReference): void {
    const reference = referenceOf(image.name);
    if (!reference) return;
    const source = sourceOf(reference);
    Promise.all([
      this.#parts.memory().then((memory) => memory.remember(source, repository)),
      this.#parts.workspacePushes.remember(source, repository),
    ]).catch((error: unknown) => this.#parts.log.warn(`the destination could not be remembered: ${messageOf(error)}`));
  }
}

/** A push that is tried again asks no second time about the same. */
function askedOnce(
  ask: NonNullable<PushOrderWatch['onReplace']>,
  asked: () => void,
): NonNullable<PushOrderWatch['onReplace']> {
  const agreed = new Set<string>();
  return async (replaced, signal) => {
    const what = `${replaced.digest} ${replaced.imageId}`;
    if (agreed.has(what)) return true;
    if (!(await ask(replaced, signal))) return false;
    agreed.add(what);
    asked();
    return true;
  };
}

/** What `dockerPush.confirm` means to a request that says nothing of its own. */
const cautionOf: Record<Confirm, Caution> = { unexpected: 'unexpected', always: 'ask', never: 'allow' };

function canonical(text: string): string | undefined {
  try {
    return formatReference(parseTarget(text));
  } catch {
    return undefined;
  }
}

/**
 * A push goes on without a sign-in when what gives it failed or has none; where the registry then wants one, both are said,
 * and what failed is to blame.
 */
function explained(result: PushResult, answer: KeychainAnswer): PushResult {
  if (result.outcome !== 'failed' || !['unauthorized', 'denied'].includes(result.error.code)) return result;
  const { error } = result;
  if (answer.kind === 'source-failed') {
    const { code, message, side } = answer.error;
    return { ...result, error: { code, side, message: `${error.message} ${message}` } };
  }
  if (answer.kind !== 'none' || answer.helper === undefined) return result;
  const asked = plainText(`docker-credential-${answer.helper}`, 80);
  return { ...result, error: { ...error, message: `${error.message} ${asked}, which Docker asks for it, has none.` } };
}

function signInHelps({ code }: PushError): boolean {
  return needsSignIn(code) || sourceFailed(code);
}

export function isTarget(text: string): boolean {
  try {
    return parseTarget(text).tag !== '';
  } catch {
    return false;
  }
}

/** For the log: the engine's own words where there are some, the stack of what nobody foresaw. */
function detailsOf(error: unknown): string {
  if (!(error instanceof SidedError)) return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  const { words } = error as Partial<EngineError>;
  return words === undefined ? error.message : `the engine says: ${redacted(words)}`;
}
