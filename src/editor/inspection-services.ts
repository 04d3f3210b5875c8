import path from 'node:path';
import type { ExtensionContext } from 'vscode';
import type { Log } from '../base/index.ts';
import type { ImageInspector, LayerCache } from '../inspection/index.ts';

/** What reads images, and what is known of those that were read. */
export interface InspectionServices {
  readonly inspector: () => Promise<ImageInspector>;
  readonly layers: () => Promise<LayerCache>;
}

/** Images are read in a thread of its own; nothing of it is loaded before the first. */
export function inspectionServices(
  {
    extensionUri,
    globalStorageUri,
    subscriptions,
  }: Pick<ExtensionContext, 'extensionUri' | 'globalStorageUri' | 'subscriptions'>,
  log: Log,
): InspectionServices {
  const cacheFolder = path.join(globalStorageUri.fsPath, 'layers');
  const workerFile = path.join(extensionUri.fsPath, 'dist', 'inspection-worker.cjs');
  let opened: Promise<ImageInspector> | undefined;
  let layers: Promise<LayerCache> | undefined;
  return {
    inspector: () =>
      (opened ??= import('../inspection/index.ts').then(({ ImageInspector }) => {
        const inspector = new ImageInspector({ workerFile, cacheFolder, log });
        subscriptions.push(inspector);
        return inspector;
      })),
    layers: () =>
      (layers ??= import('../inspection/index.ts').then(({ LayerCache }) => new LayerCache(cacheFolder, log))),
  };
}
