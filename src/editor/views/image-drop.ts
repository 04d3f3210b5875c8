import * as vscode from 'vscode';
import { commandIds } from '../ids.ts';
import { draggedImages, type Dragged } from './dragged-images.ts';
import type { ImageNode } from './image-nodes.ts';
import type { RegistryNode } from './registry-rows.ts';
import type { RemoteNode } from './remote-nodes.ts';

/** As the editor names what comes from the view Images. */
const imagesType = 'application/vnd.code.tree.dockerpush.images';

/** The view Images: its rows can be taken to a registry. */
export const imageDrag: vscode.TreeDragAndDropController<ImageNode> = {
  dragMimeTypes: [imagesType],
  dropMimeTypes: [],
  handleDrag: (nodes, data) => {
    const tags = nodes.flatMap((node) => (node.kind === 'repository' ? node.tags : [node]));
    const images = tags.map(({ kind, name, image: { id, sizeBytes } }): Dragged => ({
      kind,
      name,
      image: { id, sizeBytes },
    }));
    data.set(imagesType, new vscode.DataTransferItem(JSON.stringify(images)));
  },
};

/** The view Registries: images that are dropped on a registry or a repository are pushed there. */
export const imageDrop: vscode.TreeDragAndDropController<RegistryNode | RemoteNode> = {
  dragMimeTypes: [],
  dropMimeTypes: [imagesType],
  handleDrop: async (place, data) => {
    if (place?.kind !== 'registry' && place?.kind !== 'remote-repository') return;
    const images = await imagesIn(data);
    // The flow goes on for minutes, and the drop is over.
    if (images.length > 0) void vscode.commands.executeCommand(commandIds.pushHere, { ...place, images });
  },
};

/** The editor puts a note of its own beside what was taken along, under the same type. */
async function imagesIn(data: vscode.DataTransfer): Promise<readonly unknown[]> {
  const items = [...data].flatMap(([type, item]) => (type === imagesType ? [item] : []));
  const texts = await Promise.all(items.map((item) => item.asString()));
  return texts.map(draggedImages).find((images) => images.length > 0) ?? [];
}
