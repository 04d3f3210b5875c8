import {
  CancelledError,
  type Clock,
  type Log,
  needsSignIn,
  plainText,
  prefixed,
  redacted,
  SidedError,
  sourceFailed,
  stackOf,
  systemClock,
} from '../base/index.ts';
import type { HelperAnswers, KeychainAnswer } from '../credentials/index.ts';
import type { EngineError } from '../engine/index.ts';
import type { Caution, PushError, PushFacts, PushQueue, PushResult, Rest, Work } from '../push/index.ts';
import { formatReference, formatRepository, parseTarget, type TaggedReference } from '../reference/index.ts';
import type { Accounts } from './accounts.ts';
import type { LateChecks } from './checks/late-checks.ts';
import type { OwnTags } from './own-tags.ts';
import { type Preparation, type PreparationParts, preparePush, type ReadyPush } from './prepare-push.ts';
import type { PushOrder, PushOrderWatch } from './push-order.ts';
import { resultLine } from './push-words.ts';
import type { PushesModel, PushTeller } from './pushes-model.ts';
import type { Confirm } from './settings.ts';

export interface TargetPushParts extends PreparationParts {
  readonly log: Log;
  readonly accounts: Pick<Accounts, 'refused'>;
  readonly ownTags: OwnTags;
  readonly pushes: Pick<PushesModel, 'begin' | 'load' | 'see'>;
  readonly confirm: () => Confirm;
  readonly lateChecks: Pick<LateChecks, 'begin'>;
  /** The system's when absent. */
  readonly clock?: Clock;
}

export interface TargetPushWatch extends Omit<PushOrderWatch, 'answers'> {
  readonly answers: HelperAnswers;
}

interface Attempt {
  readonly result: PushResult;
  /** The registry refused what a sign-in of this machine had granted, which will be made anew. */
  readonly renewed: boolean;
}

/**
 * So long the others of a request wait for what the registry of one target says, in milliseconds: longer than a question
 * about it waits for that.
 */
const patienceMs = 8_000;
/** So long what was found out is taken for true: then it is looked at again. In milliseconds. */
const holdsMs = 5_000;

/** One target of a request: the look at it, the wait for its turn, and the push. */
export class TargetPush {
  readonly order: PushOrder;
  /** As given. */
  readonly text: string;
  readonly #id: string;
  readonly #parts: TargetPushParts;
  readonly #watch: TargetPushWatch;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  /** Absent where the text is no target: there is nothing to be seen in the view then. */
  readonly #teller: PushTeller | undefined;
  readonly #log: Log;
  /** What a person agreed to replace. */
  readonly #agreed = new Set<string>();
  /** Why a check does not stop it. */
  readonly #overrides = new Map<string, string>();
  #started: number;
  /** The look ahead, while it is not over. */
  #looking: Promise<void> | undefined;
  #isAsking = false;
  /** How many were asked, and the last one's end. */
  #questions = 0;
  #asked: Promise<unknown> = Promise.resolve();
  #ready: ReadyPush | undefined;
  /** The end, where the look ahead was it: then it waits for no turn. */
  #refusal: PushResult | undefined;
  readonly #refused = new AbortController();
  #planned: () => void = () => undefined;
  #rest: Rest | undefined;

  constructor(id: string, order: PushOrder, text: string, watch: TargetPushWatch, parts: TargetPushParts) {
    this.#id = id;
    this.order = order;
    this.text = text;
    this.#parts = parts;
    this.#watch = watch;
    this.#clock = parts.clock ?? systemClock;
    this.#started = this.#clock.now();
    const cancel = new AbortController();
    this.#signal = AbortSignal.any([watch.signal, cancel.signal]);
    const target = canonical(text);
    const { image, overwrite, platform } = order;
    const teller =
      target === undefined
        ? undefined
        : parts.pushes.begin({ id, image: image.name, target, platform, overwrite, cancel: () => cancel.abort() });
    this.#teller = teller;
    this.#log = teller?.log ?? prefixed(parts.log, `${id} `);
    this.#signal.addEventListener('abort', () => teller?.cancelling(), { once: true });
  }

  /**
   * Finds out, ahead of its turn, what the push will do, and asks what is to be asked. Resolves when that is over, or
   * when the others have waited long enough: then it goes on by itself. Never rejects.
   */
  async look(): Promise<void> {
    if (this.#signal.aborted) return;
    // The engine, and where the credential comes from, are waited for: they may ask a person, too.
    const planned = new Promise<void>((resolve) => (this.#planned = resolve));
    this.#looking = this.#lookAhead().finally(() => (this.#looking = undefined));
    const settled = new AbortController();
    // Nobody waits for one that is cancelled, whatever question of it still stands.
    const left = new Promise<void>((resolve) =>
      this.#signal.addEventListener('abort', () => resolve(), { once: true, signal: settled.signal }),
    );
    const late = planned.then(() => this.#late(settled.signal)).catch(() => undefined);
    await Promise.race([this.#looking, late, left]);
    settled.abort();
  }

  /** Resolves when others have waited long enough; while a person is asked, and after that anew, they wait. */
  async #late(signal: AbortSignal): Promise<void> {
    for (;;) {
      const questions = this.#questions;
      await this.#clock.sleep(patienceMs, signal);
      if (this.#isAsking) await this.#asked;
      else if (questions === this.#questions) return;
    }
  }

  /**
   * Waits for its turn, which is behind whatever was asked for before, and pushes. Never rejects.
   *
   * @param ready resolves when all of the request were looked at
   */
  async inTurn(queue: PushQueue, ready?: Promise<unknown>): Promise<PushResult> {
    if (!this.#teller) {
      await this.#looking;
      return this.#refusal ?? this.#push();
    }
    const result = await this.#queued(queue, this.#teller, ready);
    await this.#teller.ended(result);
    return result;
  }

  async #queued(queue: PushQueue, teller: PushTeller, ready: Promise<unknown> | undefined): Promise<PushResult> {
    const work: Work<PushResult> = async (rest, hasWaited) => {
      teller.started();
      const looking = this.#looking;
      // It may stand at a person's question.
      if (looking) await rest(() => looking.then(() => true));
      // Others have pushed meanwhile.
      if (hasWaited) this.#ready = undefined;
      this.#rest = rest;
      return this.#refusal ?? this.#push();
    };
    try {
      const target = parseTarget(this.text);
      // Of the tags of an image in a repository one at a time: what they share is sent once, and the registry need not
      // take the same layer from two uploads at a time, which some get wrong.
      const { id, name } = this.order.image;
      const shared = [name, ...(id === undefined ? [] : [id])].map(
        (one) => `${one} ${formatRepository(target.repository)}`,
      );
      const places = [formatReference(target), ...shared];
      const signal = AbortSignal.any([this.#signal, this.#refused.signal]);
      return await queue.run(places, signal, work, { gate: teller.turn, ready });
    } catch (error) {
      if (this.#refusal) return this.#refusal;
      if (this.#signal.aborted) {
        this.#log.info('cancelled before its turn came');
        return { ...this.#facts(), outcome: 'cancelled' };
      }
      this.#log.error(detailsOf(error));
      const { pushErrorOf } = await import('../push/index.ts');
      return { ...this.#facts(), outcome: 'failed', error: pushErrorOf(error) };
    }
  }

  async #lookAhead(): Promise<void> {
    try {
      const preparation = await this.#prepare(parseTarget(this.text));
      if (preparation.kind === 'ready') this.#ready = preparation;
      // What a sign-in would mend is left to its turn, which asks for one.
      else if (!signInHelps(preparation.error))
        this.#refusal = this.#ended({ ...this.#facts(), outcome: 'failed', error: preparation.error });
    } catch (error) {
      this.#refusal = await this.#failed(error);
    }
    if (this.#refusal) this.#refused.abort();
  }

  async #push(): Promise<PushResult> {
    this.#started = this.#clock.now();
    try {
      const target = parseTarget(this.text);
      const first = await this.#attempt(target);
      let { result } = first;
      if (first.renewed) {
        // What a sign-in of this machine granted may have ended before its time; nobody has to be asked for another.
        this.#log.info(`${resultLine(result)}; once more, with a new sign-in`);
        ({ result } = await this.#attempt(target));
      }
      if (result.outcome === 'failed' && signInHelps(result.error) && this.#watch.onSignInNeeded) {
        this.#log.info(resultLine(result));
        // Once: a credential that was just checked and is refused again needs a person's thought. The plan is made anew,
        // as the image's name may have moved while the password was typed.
        if (await this.#signIn(target, result.error.message)) ({ result } = await this.#attempt(target));
        else if (this.#signal.aborted) result = { ...this.#facts(), outcome: 'cancelled' };
      }
      return this.#ended(result);
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #attempt(target: TaggedReference): Promise<Attempt> {
    const { accounts, ownTags } = this.#parts;
    const { onProgress, onTag } = this.#watch;
    const signal = this.#signal;
    const { runPush, wantsToKnow } = await import('../push/index.ts');
    const ahead = this.#ready;
    this.#ready = undefined;
    const isFresh = ahead !== undefined && this.#clock.now() - ahead.at < holdsMs;
    const preparation = isFresh ? ahead : await this.#prepare(target);
    const { access } = preparation;
    const { answer } = access;
    const isRenewed = async ({ code }: PushError): Promise<boolean> =>
      needsSignIn(code) && (await accounts.refused(answer));
    if (preparation.kind === 'refused') {
      const { error } = preparation;
      return { result: { ...this.#facts(), outcome: 'failed', error }, renewed: await isRenewed(error) };
    }
    const { checked, connection, plan } = preparation;
    const { engine, info } = connection;
    // A name that moves from another image was there before the push.
    const isNewName =
      onTag !== undefined &&
      !plan.image.references.includes(formatReference(target)) &&
      (await engine.inspectImage(formatReference(target), signal).then(
        () => false,
        (error: unknown) => error instanceof SidedError && error.code === 'engine-image-missing',
      ));
    const parts = {
      ...{ engine, store: info.store, product: info.product, log: this.#log, clock: this.#clock },
      expectTag: (reference: string) => {
        if (isNewName) onTag(reference, plan.image.id);
        return ownTags.expect(reference);
      },
      ...access,
    };
    const result = await runPush(plan, parts, {
      signal,
      onProgress: (now, layers) => {
        this.#teller?.progressed(now, layers);
        onProgress?.(now);
      },
    });
    const renewed = result.outcome === 'failed' && (await isRenewed(result.error));
    // Of a look that nobody asked for, and that failed, is told where all else went well.
    const isTold = wantsToKnow(this.#caution()) || (result.outcome === 'pushed' && result.verification === 'confirmed');
    const told = isTold ? [...preparation.warnings, ...result.warnings] : result.warnings;
    const warnings = [...checked.warnings.map((warning) => plainText(warning, 700)), ...told];
    if (result.outcome === 'pushed')
      this.#parts.lateChecks.begin({ engine, push: checked.push, open: checked.open, told: checked.warnings });
    return { result: explained({ ...result, warnings }, answer), renewed };
  }

  #prepare(target: TaggedReference): Promise<Preparation> {
    const { order } = this;
    const { answers } = this.#watch;
    return preparePush(target, {
      ...{ id: this.#id, order, answers, parts: this.#parts, caution: this.#caution() },
      ...{ signal: this.#signal, log: this.#log, clock: this.#clock },
      ...{ onReplace: this.#asking(this.#watch.onReplace), onBlocked: this.#asking(this.#watch.onBlocked) },
      ...{ onFinding: this.#asking(this.#watch.onFinding), agreed: this.#agreed, overrides: this.#overrides },
      overridden: (reason) => this.#teller?.overridden(reason),
      planned: (...plan) => {
        this.#planned();
        this.#teller?.planned(...plan);
      },
    });
  }

  /** The others of the request wait for the answer, and a push that runs gives its place to them. */
  #asking<Question extends unknown[], Answer>(
    question: ((...about: Question) => Promise<Answer>) | undefined,
  ): ((...about: Question) => Promise<Answer>) | undefined {
    return (
      question &&
      ((...about) => {
        const ask = (): Promise<Answer> => question(...about);
        this.#isAsking = true;
        this.#questions += 1;
        const answer = (this.#rest ? this.#rest(ask) : ask()).finally(() => (this.#isAsking = false));
        this.#asked = answer.catch(() => undefined);
        return answer;
      })
    );
  }

  #signIn({ repository }: TaggedReference, reason: string): Promise<boolean> {
    const ask = async (): Promise<boolean> =>
      (await this.#watch.onSignInNeeded?.(repository, reason, this.#signal)) ?? false;
    return this.#rest ? this.#rest(ask) : ask();
  }

  #caution(): Caution {
    return this.order.overwrite ?? cautionOf[this.#parts.confirm()];
  }

  #facts(): PushFacts {
    return {
      id: this.#id,
      target: plainText(this.text, 300),
      durationMs: Math.round(this.#clock.now() - this.#started),
      warnings: [],
    };
  }

  #ended(result: PushResult): PushResult {
    const isBad = result.outcome === 'failed' || result.outcome === 'unknown';
    this.#log[isBad ? 'error' : 'info'](resultLine(result));
    return result;
  }

  async #failed(error: unknown): Promise<PushResult> {
    if (this.#signal.aborted || error instanceof CancelledError) {
      this.#log.info('cancelled before anything was sent');
      return { ...this.#facts(), outcome: 'cancelled' };
    }
    const { pushErrorOf } = await import('../push/index.ts');
    const { code, message, side } = pushErrorOf(error);
    this.#log.error(`push ${this.order.image.name}: ${detailsOf(error)}`);
    const failure = { code, side, message: `Cannot push to ${plainText(this.text, 300)}. ${message}` };
    return this.#ended({ ...this.#facts(), outcome: 'failed', error: failure });
  }
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

/** For the log: the engine's own words where there are some, the stack of what nobody foresaw. */
function detailsOf(error: unknown): string {
  if (!(error instanceof SidedError)) return stackOf(error);
  const { words } = error as Partial<EngineError>;
  return words === undefined ? error.message : `the engine says: ${redacted(words)}`;
}
