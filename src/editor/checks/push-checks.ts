import { CancelledError, type Log, messageOf, redacted } from '../../base/index.ts';
import type { Engine, ImageDetails } from '../../engine/index.ts';
import type { ImageConfig, ImageInspector, Inspecting, InspectedImage, LayerCache } from '../../inspection/index.ts';
import type { TaggedReference } from '../../reference/index.ts';
import type { SeverityCounts } from '../../registry/index.ts';
import type { CheckRule } from './check-rules.ts';
import { type Checks, checksFor } from './checks.ts';
import { judge, type Judgement, type Known } from './judge.ts';

/** What is known of vulnerabilities here, and how more is found out. */
export interface ScanParts {
  /** Undefined where nobody scanned it. Never rejects. */
  known(imageId: string): Promise<SeverityCounts | undefined>;
  /** @throws ScanError, CancelledError, EngineError */
  scan(image: CheckedImage, engine: Engine, signal: AbortSignal): Promise<SeverityCounts>;
}

export interface PushChecksParts {
  /** As the settings are now: the person's own rules, then a workspace's. */
  readonly rules: () => { readonly lists: readonly (readonly CheckRule[])[]; readonly faults: readonly string[] };
  readonly inspector: () => Promise<ImageInspector>;
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
  /** Whether the request gives it `latest` there and nothing else. */
  readonly latestAlone: boolean;
}

/** What takes long: layers that are read, or a scan. */
export interface Finding {
  readonly kind: 'layers' | 'vulnerabilities';
  readonly image: CheckedImage;
  readonly find: (inspecting: Inspecting & { readonly signal: AbortSignal }) => Promise<void>;
}

export interface CheckOptions {
  readonly signal: AbortSignal;
  /** Lets a person see what takes long, and skip it. True when it was done. It is just done when absent. */
  readonly onFinding?: ((finding: Finding, signal: AbortSignal) => Promise<boolean>) | undefined;
}

/** What the checks say of a push, and what is wrong with the setting itself. */
export interface Verdict extends Judgement {
  readonly faults: readonly string[];
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
   * @throws CancelledError when the signal aborts; EngineError
   */
  async before(push: CheckedPush, engine: Engine, { signal, onFinding }: CheckOptions): Promise<Verdict> {
    const { lists, faults } = this.#parts.rules();
    const checks = checksFor(push.target, lists);
    const judged = await this.#judge(push, checks, engine, signal);
    const needed = judged.open.filter(({ action }) => action === 'block').map(({ check }) => check);
    if (needed.length === 0) return { ...judged, faults };
    const kinds: Finding['kind'][] = [];
    if (needed.some((check) => check !== 'vulnerabilities')) kinds.push('layers');
    if (needed.includes('vulnerabilities')) kinds.push('vulnerabilities');
    for (const kind of kinds) await this.#find(kind, push, engine, { signal, onFinding });
    return { ...(await this.#judge(push, checks, engine, signal)), faults };
  }

  /** The same by what is known already, without waiting for more: for the plan that a person sees. */
  async known(push: CheckedPush, engine: Engine, signal: AbortSignal): Promise<Judgement> {
    return this.#judge(push, checksFor(push.target, this.#parts.rules().lists), engine, signal);
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
    if (open.some(({ check }) => check !== 'vulnerabilities')) await this.#read(push, engine, { signal });
    if (open.some(({ check }) => check === 'vulnerabilities')) await this.#parts.scans.scan(push, engine, signal);
    return (await this.known(push, engine, signal)).objections;
  }

  async #judge(push: CheckedPush, checks: Checks, engine: Engine, signal: AbortSignal): Promise<Judgement> {
    const { secrets, bloat, vulnerabilities } = checks;
    const known = await this.#known(push, engine, signal, {
      config: secrets !== 'off' || bloat !== 'off',
      vulnerabilities: vulnerabilities.length > 0,
    });
    return judge(checks, known);
  }

  async #known(
    { details, latestAlone }: CheckedPush,
    engine: Engine,
    signal: AbortSignal,
    wanted: { readonly config: boolean; readonly vulnerabilities: boolean },
  ): Promise<Known> {
    const { scans } = this.#parts;
    const counts = wanted.vulnerabilities ? await scans.known(details.id) : undefined;
    const scanned = { latestAlone, ...(counts && { vulnerabilities: counts }) };
    const inspected = this.#inspected.get(details.id);
    if (inspected) return { ...scanned, layersRead: true, secrets: inspected.secrets, leanness: inspected.leanness };
    if (!wanted.config) return { ...scanned, layersRead: false, secrets: [] };
    const [config, { recallSecrets, secretsInConfig }, layers] = await Promise.all([
      this.#config(details.id, engine, signal),
      import('../../inspection/index.ts'),
      this.#parts.layers(),
    ]);
    const inLayers = await recallSecrets(config, layers.secrets);
    return {
      ...scanned,
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

  async #find(kind: Finding['kind'], image: CheckedImage, engine: Engine, options: CheckOptions): Promise<void> {
    const { signal, onFinding } = options;
    const { log, scans } = this.#parts;
    const find: Finding['find'] = async (inspecting) => {
      if (kind === 'layers') await this.#read(image, engine, inspecting);
      else await scans.scan(image, engine, inspecting.signal);
    };
    try {
      if (onFinding) await onFinding({ kind, image, find }, signal);
      else await find({ signal });
    } catch (error) {
      if (signal.aborted) throw new CancelledError();
      // What could not be found out stays open, and that blocks as well.
      log.error(`${image.name} could not be checked: ${redacted(messageOf(error))}`);
    }
  }

  async #read(
    { details }: CheckedImage,
    engine: Engine,
    inspecting: Inspecting & { signal: AbortSignal },
  ): Promise<void> {
    if (this.#inspected.has(details.id)) return;
    const [inspector, config] = await Promise.all([
      this.#parts.inspector(),
      this.#config(details.id, engine, inspecting.signal),
    ]);
    const { platform } = details;
    const inspected = await inspector.inspectSaved((within) => engine.saveImage(details.id, within), {
      ...{ ...inspecting, config },
      ...(platform && { platform }),
    });
    remember(this.#inspected, details.id, inspected);
  }
}

function remember<T>(kept: Map<string, T>, id: string, value: T): void {
  kept.set(id, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= remembered) break;
    kept.delete(oldest);
  }
}
