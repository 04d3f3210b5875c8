import { SidedError } from '../../base/index.ts';
import { parseReference } from '../../reference/index.ts';
import { isImageId } from '../image-id.ts';
import type { ImageToPush } from '../flow/push-flow.ts';

/**
 * The image of a row of the view Images: exactly the one that is shown. Another extension can pass anything, so it is
 * checked like the rest.
 *
 * @throws SidedError (`reference`)
 */
export function imageOfItem({ name, image }: Record<string, unknown>): ImageToPush {
  const { id, sizeBytes } = (typeof image === 'object' && image !== null ? image : {}) as Record<string, unknown>;
  if (typeof name !== 'string' || typeof id !== 'string' || !isImageId(id))
    throw new SidedError('reference', 'argument-invalid', 'What was passed is no item of the view Images.');
  parseReference(name);
  return { name, id, ...(isSize(sizeBytes) && { sizeBytes }) };
}

/**
 * The local image that a command is about: a row of the view Images, or `{image}` with a reference or an image ID. With
 * `id`, it is that image whatever the name stands for by now.
 *
 * @throws SidedError (`reference`)
 */
export function imageIn(fields: Record<string, unknown>): ImageToPush {
  if (fields.kind === 'tag') return imageOfItem(fields);
  const { image, id, sizeBytes } = fields;
  if (typeof image !== 'string')
    throw new SidedError('reference', 'argument-invalid', '“image” takes a local reference or an image ID.');
  if (!isImageId(image)) parseReference(image);
  if (id !== undefined && !(typeof id === 'string' && isImageId(id)))
    throw new SidedError('reference', 'argument-invalid', '“id” takes an image ID.');
  return { name: image, ...(id !== undefined && { id }), ...(isSize(sizeBytes) && { sizeBytes }) };
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
