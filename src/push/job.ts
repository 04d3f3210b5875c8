import { CancelledError, type Clock, type Log, messageOf, plainText, redacted, SidedError } from '../base/index.ts';
import type { AuthConfig } from '../credentials/index.ts';
import type {
  EngineInfo,
  EngineError,
  ImageInspector,
  ImagePusher,
  ImageStore,
  ImageTagger,
  PushStreamEvent,
} from '../engine/index.ts';
import { formatReference } from '../reference/index.ts';
import type { Pinger, Provider, PushRightProbe } from '../registry/index.ts';
import { type PushPlan, shortDigest } from './plan.ts';
import { type ExpectedLayers, type LayerRow, type PushProgress, ProgressTracker } from './progress.ts';
import { explainRefusal, pushErrorOf } from './refusal.ts';
import type { PushError, PushFacts, PushResult } from './request.ts';
import { PushWitness } from './witness.ts';
import { askTwice, type Finding, findDigest, findImage, type TagRegistry } from './verification.ts';

/** What a push works on. */
export interface PushParts {
  readonly engine: ImageInspector & ImageTagger & ImagePusher;
  readonly store: ImageStore;
  /** Where it matters for what helps. */
  readonly product?: EngineInfo['product'];
  /** The registry as seen from here; absent when its name means another machine to the engine than it does here. */
  readonly registry?: TagRegistry & Pinger & Partial<PushRightProbe>;
  readonly auth?: AuthConfig;
  /** Who is signed in, and from which source, in words: `mira (stored here)`. */
  readonly account?: string;
  /** There is a sign-in, and the user does not let this engine have it: nobody is signed in then. */
  readonly withheld?: boolean;
  /** Whose sign-in was kept here and is lost: nobody is signed in then. */
  readonly lostAccount?: string;
  /** What the kind of registry is known to mean by its words. */
  readonly explain?: Provider['explain'];
  /** Told the canonical reference that the engine is about to tag; what it returns is called when that fails. */
  readonly expectTag?: (reference: string) => () => void;
  readonly log: Log;
  readonly clock: Clock;
}

export interface PushWatch {
  readonly signal: AbortSignal;
  /** @param layers those that the engine told of so far; made only when they are asked for */
  onProgress?(progress: PushProgress, layers: () => readonly LayerRow[]): void;
}

/** How the engine's part ended. */
type Ending =
  | { readonly kind: 'proof'; readonly digest: string }
  | { readonly kind: 'refused'; readonly words: string }
  /** Nothing was sent, or the engine refused the request itself. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The connection broke; what the engine claimed before is not enough. */
  | { readonly kind: 'lost'; readonly error: unknown; readonly claim?: string }
  | { readonly kind: 'cancelled'; readonly claim?: string };

/** The tag may still appear this long after a cancel or a cut: an engine needs up to 3.5 s to let go of the registry. */
const settleMs = 5_000;
/** How long a registry that is only eventually consistent gets to show what the engine just put there. */
const appearMs = 2_000;

/** Carries out a plan and says how it ended. Never throws: what goes wrong is the result. */
export async function runPush(plan: PushPlan, parts: PushParts, watch: PushWatch): Promise<PushResult> {
  const { clock, log, store } = parts;
  const started = clock.now();
  const warnings = [...plan.warnings];
  const tracker = new ProgressTracker(clock, expectedOf(plan, store));
  const facts = (): PushFacts => ({
    id: plan.id,
    target: formatReference(plan.target),
    durationMs: Math.round(clock.now() - started),
    ...tracker.facts(unitOf(store)),
    warnings,
  });

  try {
    await tagAsNeeded(plan, parts, watch.signal);
  } catch (error) {
    if (error instanceof CancelledError || watch.signal.aborted) {
      log.info('cancelled before anything was sent');
      return { ...facts(), outcome: 'cancelled' };
    }
    log.error(`failed before anything was sent: ${redacted(messageOf(error))}`);
    return { ...facts(), outcome: 'failed', error: pushErrorOf(error) };
  }
  const chosenDigests: string[] = [];
  const digests = ({ claim }: { claim?: string }): string[] =>
    claim === undefined ? chosenDigests : [...chosenDigests, claim];
  const ending = await stream(plan, parts, watch, (event) => {
    if (event.type === 'warning') {
      warnings.push(event.message);
      if (event.selectedDigest !== undefined) chosenDigests.push(event.selectedDigest);
    }
    if (tracker.apply(event)) watch.onProgress?.(tracker.progress(), () => tracker.layers());
  });

  switch (ending.kind) {
    case 'proof':
      return concludeProof(ending.digest, plan, parts, facts, warnings);
    case 'refused':
      log.error(`the engine says: ${redacted(ending.words)}`);
      return concludeRefused(ending.words, plan, parts, chosenDigests, facts);
    case 'failed':
      log.error(`the engine refused: ${redacted(messageOf(ending.error))}`);
      return { ...facts(), outcome: 'failed', error: pushErrorOf(ending.error) };
    case 'lost':
      log.error(`the engine's answer broke off: ${redacted(messageOf(ending.error))}`);
      return concludeLost(
        ending.claim,
        tracker.progress().percent,
        await lookAgain(plan, parts, digests(ending)),
        plan,
        facts,
      );
    case 'cancelled':
      log.info('cancelled; asking the registry what it has');
      return concludeCancelled(await lookAgain(plan, parts, digests(ending)), facts, warnings);
  }
}

async function tagAsNeeded(
  { image, target }: PushPlan,
  { engine, expectTag, log }: PushParts,
  signal: AbortSignal,
): Promise<void> {
  const reference = formatReference(target);
  if (image.references.includes(reference)) return;
  const withdraw = expectTag?.(reference);
  try {
    await engine.tagImage(image.id, target, signal);
  } catch (error) {
    withdraw?.();
    throw error;
  }
  log.info(`tagged ${shortDigest(image.id)} as ${reference}`);
}

/** Reads the engine's push to its end. */
async function stream(
  { target, platform }: PushPlan,
  { engine, auth, log }: PushParts,
  { signal }: PushWatch,
  onEvent: (event: PushStreamEvent) => void,
): Promise<Ending> {
  const witness = new PushWitness(target.tag);
  let damaged = 0;
  const layers = new Map<string, string>();
  try {
    const events = engine.pushImage(target, {
      ...(auth && { auth }),
      ...(platform !== undefined && { platform }),
      signal,
    });
    for await (const event of events) {
      witness.add(event);
      if (event.type === 'damaged') damaged += 1;
      else if (event.type === 'layer' && layers.get(event.id) !== event.state) {
        layers.set(event.id, event.state);
        const ended = event.state === 'pushed' || event.state === 'exists' || event.state === 'mounted';
        log[ended ? 'info' : 'debug'](`layer ${plainText(event.id, 80)} ${layerWords(event)}`);
      } else if (event.type === 'message') log.debug(`engine: ${redacted(event.text)}`);
      onEvent(event);
    }
  } catch (error) {
    const said = witness.conclusion();
    const claim = said.kind === 'proof' ? { claim: said.digest } : {};
    // An abort of ours and a cut by the engine read alike, so our own signal decides.
    if (signal.aborted) return { kind: 'cancelled', ...claim };
    // An error that was told before the cut still counts.
    if (said.kind !== 'error') {
      const ending = endingOf(error);
      return ending.kind === 'lost' ? { ...ending, ...claim } : ending;
    }
  } finally {
    if (damaged > 0) log.warn(`${damaged} damaged lines in the engine's answer were passed over`);
  }
  const conclusion = witness.conclusion();
  if (conclusion.kind === 'error') return { kind: 'refused', words: conclusion.message };
  if (conclusion.kind === 'proof') return { kind: 'proof', digest: conclusion.digest };
  if (signal.aborted) return { kind: 'cancelled' };
  return { kind: 'lost', error: new Error('it ended without a digest and without an error') };
}

function endingOf(error: unknown): Ending {
  if (!(error instanceof SidedError) || error.code === 'engine-lost') return { kind: 'lost', error };
  const { words } = error as Partial<EngineError>;
  return words === undefined ? { kind: 'failed', error } : { kind: 'refused', words };
}

function layerWords(event: Extract<PushStreamEvent, { type: 'layer' }>): string {
  switch (event.state) {
    case 'exists':
      return 'is already there';
    case 'mounted':
      return `mounted from ${plainText(event.from ?? 'another repository', 200)}`;
    case 'pushed':
      return 'sent';
    default:
      return event.state;
  }
}

async function lookAgain(
  plan: PushPlan,
  { registry, clock }: PushParts,
  chosenDigests: readonly string[],
): Promise<Finding> {
  if (!registry) return elsewhere(plan);
  return askTwice(() => findImage(registry, plan.target, plan.image, chosenDigests), clock, settleMs);
}

async function concludeProof(
  digest: string,
  plan: PushPlan,
  { registry, store, clock, log }: PushParts,
  facts: () => PushFacts,
  warnings: string[],
): Promise<PushResult> {
  const finding = registry
    ? await askTwice(() => findDigest(registry, plan.target, digest), clock, appearMs)
    : elsewhere(plan);
  switch (finding.kind) {
    case 'held':
      return { ...facts(), outcome: 'pushed', digest, verification: 'confirmed' };
    case 'unavailable':
      log.warn(finding.reason);
      // Podman reports a digest even when a plain web server answered 200 to everything.
      if (store === 'podman')
        return { ...facts(), outcome: 'unknown', error: unconfirmed(plan, finding.reason), engineDigest: digest };
      warnings.push(`The digest is the engine's word: ${finding.reason}`);
      return { ...facts(), outcome: 'pushed', digest, verification: 'unavailable' };
    case 'other':
      return {
        ...facts(),
        outcome: 'unknown',
        error: {
          code: 'digest-differs',
          side: 'registry',
          message: `The engine pushed ${shortDigest(digest)}, but ${formatReference(plan.target)} is ${shortDigest(finding.digest)} at the registry. Someone else may have pushed that tag at the same time.`,
        },
        engineDigest: digest,
        registryDigest: finding.digest,
      };
    case 'absent':
      return {
        ...facts(),
        outcome: 'unknown',
        error: {
          code: 'tag-absent',
          side: 'registry',
          message: `The engine says that it pushed ${shortDigest(digest)}, but the registry has no ${formatReference(plan.target)}.`,
        },
        engineDigest: digest,
      };
  }
}

/** A registry may refuse an immutable tag also what it holds already: then there was nothing to send. */
async function concludeRefused(
  words: string,
  plan: PushPlan,
  parts: PushParts,
  chosenDigests: readonly string[],
  facts: () => PushFacts,
): Promise<PushResult> {
  const { registry, log } = parts;
  const error = await explainRefusal(words, plan.target, parts);
  const finding =
    error.code === 'tag-immutable' && registry && (await findImage(registry, plan.target, plan.image, chosenDigests));
  if (!finding || finding.kind !== 'held') return { ...facts(), outcome: 'failed', error };
  log.info('the registry refused it because it holds this very image already');
  return { ...facts(), outcome: 'pushed', digest: finding.digest, verification: 'confirmed' };
}

function concludeLost(
  claim: string | undefined,
  percent: number | undefined,
  finding: Finding,
  plan: PushPlan,
  facts: () => PushFacts,
): PushResult {
  const lost = (message: string): PushError => ({
    code: 'engine-lost',
    side: 'engine',
    message: `The engine stopped answering${percent === undefined ? '' : ` at ${percent} %`}. ${message}`,
  });
  switch (finding.kind) {
    case 'held':
      return { ...facts(), outcome: 'pushed', digest: finding.digest, verification: 'confirmed' };
    case 'unavailable':
      return {
        ...facts(),
        outcome: 'unknown',
        error: lost(finding.reason),
        ...(claim !== undefined && { engineDigest: claim }),
      };
    case 'absent':
      return { ...facts(), outcome: 'failed', error: lost(`The registry has no ${formatReference(plan.target)}.`) };
    case 'other':
      return {
        ...facts(),
        outcome: 'failed',
        error: lost(
          `${formatReference(plan.target)} is still ${shortDigest(finding.digest)} at the registry, which is not this image.`,
        ),
      };
  }
}

function concludeCancelled(finding: Finding, facts: () => PushFacts, warnings: string[]): PushResult {
  if (finding.kind === 'held') {
    warnings.push('It was complete before the cancel.');
    return { ...facts(), outcome: 'pushed', digest: finding.digest, verification: 'confirmed' };
  }
  if (finding.kind === 'unavailable')
    warnings.push(`Whether the tag arrived before the cancel is not confirmed: ${finding.reason}`);
  return { ...facts(), outcome: 'cancelled' };
}

function unconfirmed(plan: PushPlan, reason: string): PushError {
  return {
    code: 'unconfirmed',
    side: 'registry',
    message: `The engine says that it pushed ${formatReference(plan.target)}, but its word is not enough: ${reason}`,
  };
}

function elsewhere({ target }: PushPlan): Finding {
  return {
    kind: 'unavailable',
    reason: `${target.repository.registry} is on the engine's machine, which is not this one.`,
  };
}

function expectedOf({ image, platform }: PushPlan, store: ImageStore): ExpectedLayers {
  // An index has the layers of all its platforms, and the image's own are those of one.
  const rows = platform === undefined && image.layers.length > 0 ? { rows: new Set(image.layers).size } : {};
  return store === 'classic' ? { ...rows, bytes: image.sizeBytes } : rows;
}

/** Classic counts what it reads, before compression; the others count what they send. */
function unitOf(store: ImageStore): 'compressed' | 'uncompressed' | undefined {
  if (store === 'unknown') return undefined;
  return store === 'classic' ? 'uncompressed' : 'compressed';
}
