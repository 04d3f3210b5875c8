import { CancelledError, type Log, messageOf, plainText, redacted, type SeverityCounts } from '../../base/index.ts';
import type { Engine, ImageDetails } from '../../engine/index.ts';
import type { ImageConfig, ImageInspector, InspectedImage, LayerCache } from '../../inspection/index.ts';
import type { TaggedReference } from '../../reference/index.ts';
import { isForeseen, wordsForLog } from '../foreseen-error.ts';
import { formatBytes } from '../quantities.ts';
import type { ConfiguredChecks } from './check-settings.ts';
import { type Checks, checksFor } from './checks.ts';
import { type CheckName, judge, type Judgement, type Known } from './judge.ts';

/** What is known of vulnerabilities here, and how more is found out. */
export interface ScanParts {
  /** By the scanner of this machine, not long ago; undefined where there is none. Never rejects. */
  known(imageId: string): Promise<SeverityCounts | undefined>;
  /** @throws ScanError, CancelledError, EngineError */
  scan(image: CheckedImage, engine: Engine, watch: FindingWatch): Promise<SeverityCounts>;
}

export interface PushChecksParts {
  /** As the settings are now. */
  readonly rules: () => ConfiguredChecks;
  readonly inspector: () => Promise<Pick<ImageInspector, 'inspectSaved'>>;
  /** What is known of layers that were read before. */
  readonly layers: () => Promise<Pick<LayerCache, 'secrets'>>;
  readonly scans: ScanParts;
  readonly log: Log;
}

/** An image on its way to a target. */
export interface CheckedImage {
  /** As it was chosen. */
  readonly name: string;
  readonly details: ImageDetails;
}

export interface CheckedPush extends CheckedImage {
  readonly target: TaggedReference;
  /** Whether it gets `latest` there and has nothing else. */
  readonly latestAlone: boolean;
  /** The one platform of several that is pushed, `os/arch[/variant]`. */
  readonly platform?: string | undefined;
}

export interface FindingWatch {
  readonly signal: AbortSignal;
  /** How far it is, in a few words. */
  readonly onProgress?: (message: string) => void;
}

/** What takes long: layers that are read, or a scan. */
export interface Finding {
  readonly kind: 'layers' | 'vulnerabilities';
  readonly image: CheckedImage;
  readonly find: (watch: FindingWatch) => Promise<unknown>;
}

export type FindingEnd =
  | { readonly kind: 'found' | 'skipped' }
  /** Why: a sentence for a person, and for the log what nobody foresaw with its stack. */
  | { readonly kind: 'failed'; readonly why: string; readonly forLog: string };

export interface CheckOptions {
  readonly signal: AbortSignal;
  /** Lets a person see what takes long, and skip it; it is just done when absent. Rejects when the signal aborts. */
  readonly onFinding?: ((finding: Finding, signal: AbortSignal) => Promise<FindingEnd>) | undefined;
}

/** What the checks say of a push, and what is wrong with the setting itself. */
export interface Verdict extends Judgement {
  readonly faults: readonly string[];
  /** Something was read or scanned for it, which takes a while. */
  readonly waited: boolean;
}

/** An image with an ID never changes; so many are remembered. */
const remembered = 20;

/** Holds what is known of an image against `dockerPush.checks`, before it is sent. */
export class PushChecks {
  readonly #parts: PushChecksParts;
  readonly #configs = new Map<string, ImageConfig>();
  readonly #inspected = new Map<string, InspectedImage>();

  constructor(parts: PushChecksParts) {
    this.#parts = parts;
  }

  /**
   * Checks what can be known without reading a layer, and, where a check blocks, what cannot. Under `warn` that is left
   * open, as it is when it was skipped or went wrong.
   *
   * @throws CancelledError when the signal aborts
   */
  async before(push: CheckedPush, engine: Engine, { signal, onFinding }: CheckOptions): Promise<Verdict> {
    const { own, others, faults } = this.#parts.rules();
    const checks = checksFor(push.target, own, others);
    const judged = await this.#judge(push, checks, engine, signal);
    const needed = judged.open.filter(({ action }) => action === 'block').map(({ check }) => check);
    if (needed.length === 0) return { ...judged, faults, waited: false };
    const ends = new Map<Finding['kind'], FindingEnd>();
    for (const kind of new Set(needed.map(kindOf)))
      ends.set(kind, await this.#find(kind, push, engine, { signal, onFinding }));
    const anew = await this.#judge(push, checks, engine, signal);
    const open = anew.open.map((one) => {
      const end = ends.get(kindOf(one.check));
      return end?.kind === 'failed' ? { ...one, why: end.why } : one;
    });
    return { ...anew, open, faults, waited: [...ends.values()].some(({ kind }) => kind === 'found') };
  }

  /** The same by what is known already, without waiting for more: for the plan that a person sees. */
  known(push: CheckedPush, engine: Engine, signal: AbortSignal): Promise<Judgement> {
    const { own, others } = this.#parts.rules();
    return this.#judge(push, checksFor(push.target, own, others), engine, signal);
  }

  /**
   * Finds out what was left open, once the image is sent, and judges anew.
   *
   * @throws InspectionError, ScanError, EngineError, CancelledError
   */
  async after(
    push: CheckedPush,
    open: Judgement['open'],
    engine: Engine,
    signal: AbortSignal,
  ): Promise<Judgement['objections']> {
    for (const kind of new Set(open.map(({ check }) => kindOf(check))))
      await this.#finding(kind, push, engine).find({ signal });
    return (await this.known(push, engine, signal)).objections;
  }

  async #judge(push: CheckedPush, checks: Checks, engine: Engine, signal: AbortSignal): Promise<Judgement> {
    const { secrets, bloat, vulnerabilities } = checks;
    const known = await this.#known(push, engine, signal, {
      config: secrets !== 'off' || bloat !== 'off',
      vulnerabilities: vulnerabilities.length > 0,
    });
    const judged = judge(checks, known);
    if (!isOfAnotherPlatform(push)) return judged;
    // What the engine tells and gives is the image of its own platform.
    const why = `The image for ${push.platform} cannot be looked at from here.`;
    const wanted = [secrets, bloat, ...vulnerabilities.map(({ action }) => action)].includes('block');
    return { ...judged, open: wanted ? [{ check: 'secrets', action: 'block', why }] : [] };
  }

  async #known(
    push: CheckedPush,
    engine: Engine,
    signal: AbortSignal,
    wanted: { readonly config: boolean; readonly vulnerabilities: boolean },
  ): Promise<Known> {
    const { details, latestAlone } = push;
    if (isOfAnotherPlatform(push)) return { latestAlone, layersRead: false, secrets: [] };
    const { scans } = this.#parts;
    const counts = wanted.vulnerabilities ? await scans.known(details.id) : undefined;
    const scanned = { latestAlone, ...(counts && { vulnerabilities: counts }) };
    const inspected = this.#inspected.get(details.id);
    if (inspected) return { ...scanned, layersRead: true, secrets: inspected.secrets, leanness: inspected.leanness };
    const unread: Known = { ...scanned, layersRead: false, secrets: [] };
    if (!wanted.config) return unread;
    try {
      return await this.#knownByConfig(push, engine, signal, unread);
    } catch (error) {
      if (signal.aborted) throw new CancelledError();
      // A push that no check stops is not stopped by this; one that is to be stopped is, as nothing was found out.
      this.#parts.log.warn(`${push.name}: what its configuration says is not known: ${redacted(messageOf(error))}`);
      return unread;
    }
  }

  /** By the configuration, and by layers that were read before. */
  async #knownByConfig({ details }: CheckedPush, engine: Engine, signal: AbortSignal, unread: Known): Promise<Known> {
    const [config, { recallSecrets, secretsInConfig }, layers] = await Promise.all([
      this.#config(details.id, engine, signal),
      import('../../inspection/index.ts'),
      this.#parts.layers(),
    ]);
    const inLayers = await recallSecrets(config, layers.secrets);
    return {
      ...unread,
      layersRead: inLayers !== undefined,
      secrets: [...secretsInConfig(config), ...(inLayers ?? [])],
    };
  }

  async #config(id: string, engine: Engine, signal: AbortSignal): Promise<ImageConfig> {
    const known = this.#configs.get(id);
    if (known) return known;
    const [{ config: told }, { readImageConfig }] = await Promise.all([
      engine.describeImage(id, signal),
      import('../../inspection/index.ts'),
    ]);
    const config = readImageConfig(told);
    remember(this.#configs, id, config);
    return config;
  }

  async #find(kind: Finding['kind'], push: CheckedPush, engine: Engine, options: CheckOptions): Promise<FindingEnd> {
    const { signal, onFinding } = options;
    if (isOfAnotherPlatform(push)) return { kind: 'skipped' };
    const finding = this.#finding(kind, push, engine);
    const end = await (onFinding ? onFinding(finding, signal) : findingEnd(finding, { signal }));
    if (end.kind === 'failed') this.#parts.log.error(`${push.name} could not be checked: ${redacted(end.forLog)}`);
    return end;
  }

  #finding(kind: Finding['kind'], { details, name }: CheckedImage, engine: Engine): Finding {
    const image = { details, name };
    const find = (watch: FindingWatch): Promise<unknown> =>
      kind === 'layers' ? this.#read(details, engine, watch) : this.#parts.scans.scan(image, engine, watch);
    return { kind, image, find };
  }

  async #read(details: ImageDetails, engine: Engine, { signal, onProgress }: FindingWatch): Promise<void> {
    if (this.#inspected.has(details.id)) return;
    const [inspector, config] = await Promise.all([this.#parts.inspector(), this.#config(details.id, engine, signal)]);
    const { platform, sizeBytes } = details;
    const inspected = await inspector.inspectSaved((within) => engine.saveImage(details.id, within), {
      ...{ config, signal },
      ...(platform && { platform }),
      onProgress: ({ bytes }) => onProgress?.(`${formatBytes(bytes)} of about ${formatBytes(sizeBytes)}`),
    });
    remember(this.#inspected, details.id, inspected);
  }
}

/**
 * Finds it out, and says how that ended.
 *
 * @throws CancelledError when the signal aborts
 */
export async function findingEnd({ find }: Finding, watch: FindingWatch): Promise<FindingEnd> {
  try {
    await find(watch);
    return { kind: 'found' };
  } catch (error) {
    if (watch.signal.aborted) throw new CancelledError();
    if (error instanceof CancelledError) return { kind: 'skipped' };
    const why = isForeseen(error) ? plainText(messageOf(error), 500) : 'The log says more.';
    return { kind: 'failed', why, forLog: wordsForLog(error) };
  }
}

function kindOf(check: CheckName): Finding['kind'] {
  return check === 'vulnerabilities' ? 'vulnerabilities' : 'layers';
}

function isOfAnotherPlatform({ details, platform }: CheckedPush): boolean {
  if (platform === undefined || !details.platform) return false;
  const { architecture, os, variant } = details.platform;
  const [wantedOs, wantedArchitecture, wantedVariant = variant] = platform.split('/');
  return wantedOs !== os || wantedArchitecture !== architecture || wantedVariant !== variant;
}

function remember<T>(kept: Map<string, T>, id: string, value: T): void {
  kept.set(id, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= remembered) break;
    kept.delete(oldest);
  }
}
