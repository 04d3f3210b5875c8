import * as vscode from 'vscode';
import { CancelledError, type Log, messageOf, plainText, redacted } from '../../base/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { ImageInspector, InspectedImage, InspectionProgress } from '../../inspection/index.ts';
import {
  type DigestReference,
  familiarReference,
  formatReference,
  parseReference,
  parseTarget,
  type TaggedReference,
} from '../../reference/index.ts';
import type { EngineSession } from '../engine-session.ts';
import type { ImageToPush } from '../flow/push-flow.ts';
import { isForeseen, wordsForLog } from '../foreseen-error.ts';
import { formatBytes } from '../quantities.ts';
import type { PushesModel } from '../pushes-model.ts';
import type { RegistryDoor } from '../registry-door.ts';
import { isSameHere } from '../registry-side.ts';
import { type RegistryScans, scanStateWords } from '../scans/registry-scans.ts';
import type { ScanBook } from '../scans/scan-book.ts';
import { Standings } from '../standing.ts';
import type { ImagePanel, ImagePanels } from './image-panels.ts';
import {
  type BaseImage,
  type Contents,
  type ImageReport,
  namedBase,
  reportLayers,
  sharedBase,
} from './image-report.ts';
import { remoteImage } from './remote-image.ts';

export interface ImageInspectionParts {
  readonly session: Pick<EngineSession, 'connect'>;
  readonly door: Pick<RegistryDoor, 'open'>;
  readonly pushes: Pick<PushesModel, 'load' | 'seen'>;
  readonly panels: ImagePanels;
  /** Loaded with the room when an image is first inspected. */
  readonly inspector: () => Promise<ImageInspector>;
  readonly book: ScanBook;
  readonly registryScans: Pick<RegistryScans, 'of'>;
  readonly log: Log;
}

/** Images that are looked at for the same lowest layers: the newest, as bases are pulled often. */
const mostBases = 60;

/** How the layers of a page are read. */
interface PageReading {
  readonly panel: ImagePanel;
  readonly report: ImageReport;
  readonly read: Reading;
}

/** Reads the layers of what a page shows. */
type Reading = (inspector: ImageInspector, inspecting: Inspecting) => Promise<InspectedImage>;
interface Inspecting {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: InspectionProgress) => void;
}

/** “Inspect Image”: what an image is made of, on a page of its own. */
export class ImageInspection {
  readonly #parts: ImageInspectionParts;
  /** What reads the layers of each page, by the image's name. */
  readonly #readings = new Map<string, PageReading>();

  constructor(parts: ImageInspectionParts) {
    this.#parts = parts;
    parts.book.onChange((id) => void this.#showScan(id));
  }

  /**
   * Shows an image of this engine, at once by what the engine tells, then by its layers.
   *
   * @throws EngineError, InspectionError `image-damaged`
   */
  async ofLocal({ name, id, sizeBytes: listedBytes }: ImageToPush): Promise<void> {
    const { log, panels, session } = this.#parts;
    const { engine } = await session.connect();
    const [{ details, config: told, layerBytes }, inspection] = await Promise.all([
      engine.describeImage(id ?? name),
      import('../../inspection/index.ts'),
    ]);
    const raw = inspection.readImageConfig(told);
    const secrets = inspection.secretsInConfig(raw);
    const config = inspection.shownConfig(raw);
    const panel = panels.open(name);
    const { platform, createdAt } = details;
    // As the row says it: the list and the inspection of the containerd store count differently.
    const sizeBytes = listedBytes ?? details.sizeBytes;
    const base = namedBase(config.labels);
    const first: ImageReport = {
      ...{ place: 'here' as const, name, id: details.id, sizeBytes, config, secrets },
      ...(platform && { platform: [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/') }),
      ...(createdAt && { createdAt }),
      ...(base && { base }),
      layers: reportLayers(raw, layerBytes, undefined, inspection),
      contents: { kind: 'unread' },
    };
    panel.show(first, 'reading');
    void this.#showScan(details.id);
    const read: Reading = (inspector, inspecting) =>
      inspector.inspectSaved((signal) => engine.saveImage(details.id, signal), {
        ...{ ...inspecting, config: raw },
        ...(platform && { platform }),
      });
    const [shared, there] = await Promise.all([
      base ?? findBase(engine, details.id, details.layers, panel.signal),
      this.#atTarget(name, engine, platform, panel.signal),
    ]).catch((error: unknown) => {
      // They are not what was asked for first.
      log.debug(`what ${name} shares is not known: ${redacted(messageOf(error))}`);
      return [base, undefined] as const;
    });
    const report: ImageReport = {
      ...first,
      ...(shared && { base: shared }),
      layers: reportLayers(raw, layerBytes, there?.held, inspection),
      ...(there && { target: there.target }),
    };
    panel.show(report, 'reading');
    this.#keep(name, { panel, report, read });
    await this.readLayers(name);
  }

  /**
   * Shows an image in a registry. Its layers are read only when that is asked for, as they have to be fetched.
   *
   * @throws RegistryError, CredentialsError, SidedError `tag-absent`, InspectionError, CancelledError
   */
  async ofRemote(reference: TaggedReference): Promise<void> {
    const name = formatReference(reference);
    const { client } = await this.#parts.door.open(reference.repository, { answers: new Map() });
    const [inspection, remote] = await Promise.all([
      import('../../inspection/index.ts'),
      remoteImage(client, reference),
    ]);
    const { manifest, blobs } = remote;
    const raw = await inspection.readRemoteConfig(manifest, blobs);
    const secrets = inspection.secretsInConfig(raw);
    const config = inspection.shownConfig(raw);
    const panel = this.#parts.panels.open(name);
    const base = namedBase(config.labels);
    const packed = manifest.layers.map(({ size }) => size);
    const report: ImageReport = {
      ...{ place: 'registry' as const, name, id: remote.digest, config, secrets },
      sizeBytes: packed.reduce((sum, size) => sum + size, 0),
      ...(config.platform && { platform: `${config.platform.os}/${config.platform.architecture}` }),
      ...(base && { base }),
      layers: reportLayers(raw, undefined, undefined, inspection).map((layer, index) => {
        const packedBytes = packed[index];
        return { ...layer, ...(packedBytes !== undefined && { packedBytes }) };
      }),
      contents: { kind: 'unread' },
    };
    panel.show(report);
    const { repository } = reference;
    void this.#askForScan({ kind: 'digest', repository, digest: remote.digest }, panel.signal);
    const read: Reading = (inspector, inspecting) => inspector.inspectRemote(manifest, blobs, inspecting);
    this.#keep(name, { panel, report, read });
  }

  /** What was found in it before. */
  async #showScan(id: string): Promise<void> {
    const { book, panels } = this.#parts;
    const [summary, report] = await Promise.all([book.summary(id), book.report(id)]);
    if (summary && report) panels.scanned(id, { kind: 'report', at: new Date(summary.at), report });
  }

  /** What the registry's own scan says. */
  async #askForScan(image: DigestReference, closed: AbortSignal): Promise<void> {
    const { digest } = image;
    const { log, panels, registryScans } = this.#parts;
    try {
      const found = await registryScans.of(image, { ask: { answers: new Map() }, signal: closed });
      // A report that is kept shows itself.
      if (found.kind === 'state') panels.scanned(digest, { kind: 'state', words: scanStateWords(found.scan) });
    } catch (error) {
      if (closed.aborted) return;
      log.debug(`what the registry's scan says is not known: ${redacted(messageOf(error))}`);
      panels.scanned(digest, { kind: 'state', words: plainText(messageOf(error), 300) });
    }
  }

  /** As long as the page is there. */
  #keep(name: string, reading: PageReading): void {
    if (reading.panel.signal.aborted) return;
    this.#readings.set(name, reading);
    const forget = (): void => {
      if (this.#readings.get(name) === reading) this.#readings.delete(name);
    };
    reading.panel.signal.addEventListener('abort', forget, { once: true });
  }

  /** Reads the layers of an image whose page is open; says there what came of it. */
  async readLayers(name: string): Promise<void> {
    const reading = this.#readings.get(name);
    if (!reading || reading.panel.signal.aborted) return;
    const { panel, report } = reading;
    panel.show(report, 'reading');
    const inspected = await this.#read(name, reading.read, report.sizeBytes, panel.signal);
    if (inspected) panel.show(withContents(report, inspected));
    else panel.show(report);
  }

  async #read(
    name: string,
    read: Reading,
    sizeBytes: number,
    closed: AbortSignal,
  ): Promise<InspectedImage | Contents | undefined> {
    const inspector = await this.#parts.inspector();
    const options = {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: plainText(`Reading the layers of ${name}`),
    };
    return vscode.window.withProgress(options, async (progress, token) => {
      const cancelled = new AbortController();
      token.onCancellationRequested(() => cancelled.abort());
      const signal = AbortSignal.any([closed, cancelled.signal]);
      const onProgress = ({ bytes, layer }: InspectionProgress): void =>
        progress.report({
          message: [
            `${formatBytes(bytes)} of about ${formatBytes(sizeBytes)}`,
            ...(layer ? [`layer ${layer.number}${layer.of === undefined ? '' : ` of ${layer.of}`}`] : []),
          ].join(' · '),
        });
      try {
        return await read(inspector, { signal, onProgress });
      } catch (error) {
        if (error instanceof CancelledError || signal.aborted) return undefined;
        this.#parts.log.error(`the layers of ${name} could not be read: ${redacted(wordsForLog(error))}`);
        return {
          kind: 'failed',
          reason: isForeseen(error) ? messageOf(error) : 'The layers could not be read. The log says more.',
        };
      }
    });
  }

  /** What the repository is known to hold to which the image was pushed last. */
  async #atTarget(
    name: string,
    engine: Engine,
    platform: { readonly os: string; readonly architecture: string } | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly target: string; readonly held: ReadonlySet<string> } | undefined> {
    const { door, pushes } = this.#parts;
    const past = await pushes.load();
    const target = new Standings(past, pushes.seen).targetOf(formatReference(parseReference(name)));
    if (target === undefined) return undefined;
    const reference = parseTarget(target);
    const { repository } = reference;
    if (!isSameHere(repository.registry, engine.chosen.local)) return undefined;
    const [{ client }, { heldDiffIds }] = await Promise.all([door.open(repository), import('../../push/index.ts')]);
    const held = await heldDiffIds(repository, client, [reference], platform, signal);
    return { target: familiarReference(reference).replace(/:[^:/]+$/u, ''), held };
  }
}

function withContents(report: ImageReport, found: InspectedImage | Contents): ImageReport {
  if ('kind' in found) return { ...report, contents: found };
  const { leanness, layers, secrets } = found;
  return {
    ...report,
    secrets,
    layers: report.layers.map((layer, index) => {
      const read = layers[index];
      if (!read) return layer;
      const { line = layer.line, bytes, entries } = read;
      return { ...layer, ...(line !== undefined && { line }), bytes, entries };
    }),
    contents: { kind: 'read', ...leanness },
  };
}

/** The image here whose layers are this one's lowest. */
async function findBase(
  engine: Engine,
  id: string,
  layers: readonly string[],
  signal: AbortSignal,
): Promise<BaseImage | undefined> {
  const listed = (await engine.listImages(signal)).filter((image) => image.id !== id && image.references.length > 0);
  const newest = listed.sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
  const others = [];
  for (const { id: other, references } of newest.slice(0, mostBases)) {
    const details = await engine.inspectImage(other, signal).catch(() => undefined);
    const [name] = references;
    if (details && name !== undefined)
      others.push({ name: familiarReference(parseReference(name)), layers: details.layers });
  }
  return sharedBase(layers, others);
}
