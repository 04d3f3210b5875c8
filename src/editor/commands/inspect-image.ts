import * as vscode from 'vscode';
import type { EngineSession } from '../engine-session.ts';
import { askImage } from '../flow/image-step.ts';
import type { ImageInspection } from '../image-page/image-inspection.ts';
import type { ImagePanels } from '../image-page/image-panels.ts';
import { reportMarkdown } from '../image-page/report-markdown.ts';
import { imageIn } from './image-argument.ts';
import { askedRemote } from './remote-argument.ts';

/**
 * “Inspect Image”: takes a row of Images or of Registries, `{image}` with a local reference or an image ID, or asks which.
 *
 * @throws SidedError, EngineError, RegistryError
 */
export async function inspectImage(
  session: EngineSession,
  inspection: ImageInspection,
  argument: unknown,
): Promise<void> {
  const fields = (argument ?? {}) as Record<string, unknown>;
  if (fields.kind === 'remote-tag') {
    const remote = await askedRemote(argument, 'Inspect Image');
    if (remote) await inspection.ofRemote(remote.reference);
    return;
  }
  const image =
    argument === undefined || argument === null ? await askImage(session, 'Inspect Image') : imageIn(fields);
  if (image) await inspection.ofLocal(image);
}

/** “Read Layers”, on the page that is shown. */
export async function readLayers(panels: ImagePanels, inspection: ImageInspection): Promise<void> {
  const { shown } = panels;
  if (shown) await inspection.readLayers(shown.name);
}

/** “Copy as JSON”: what the page shows, with its numbers as they are. */
export async function copyInspectionAsJson({ shown }: ImagePanels): Promise<void> {
  if (shown) await copy(`${JSON.stringify(shown, undefined, 2)}\n`, 'JSON');
}

/** “Copy as Markdown”: what the page shows, for an issue or a chat. */
export async function copyInspectionAsMarkdown({ shown }: ImagePanels): Promise<void> {
  if (shown) await copy(reportMarkdown(shown), 'Markdown');
}

async function copy(text: string, form: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(`$(check) Copied as ${form}`, 4_000);
}
