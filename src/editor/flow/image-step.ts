import * as vscode from 'vscode';
import type { EngineSession } from '../engine-session.ts';
import { formatAge, formatBytes } from '../quantities.ts';
import { imageNodes } from '../views/image-nodes.ts';
import type { ImageToPush } from './push-flow.ts';

/**
 * Asks for a local image, the newest first. Undefined when closed.
 *
 * @throws EngineError when the engine does not answer
 */
export async function askImage(session: EngineSession, title: string): Promise<ImageToPush | undefined> {
  const items = session.connect().then(async ({ engine }) => {
    const tags = imageNodes(await engine.listImages()).flatMap((repository) => repository.tags);
    const newest = tags.sort((a, b) => (b.image.createdAt?.getTime() ?? 0) - (a.image.createdAt?.getTime() ?? 0));
    return newest.map(({ name, image }) => ({
      label: name,
      description: [formatBytes(image.sizeBytes), ...(image.createdAt ? [formatAge(image.createdAt)] : [])].join(' · '),
      image: { name, id: image.id, sizeBytes: image.sizeBytes },
    }));
  });
  const options = {
    title,
    placeHolder: 'Choose an image of this machine',
    matchOnDescription: true,
    // As the steps after it. A view that has just refreshed may take the keyboard back, too.
    ignoreFocusOut: true,
  };
  const picked = await vscode.window.showQuickPick(items, options);
  // A rejection closes the pick without an answer; its error is the answer then.
  await items;
  return picked?.image;
}
