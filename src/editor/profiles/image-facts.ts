import type { Reference, TemplateFacts } from '../../reference/index.ts';
import { pathOf } from '../flow/destinations.ts';

/** What the variables of a target stand for that an image's own name answers. */
export function imageFacts(reference: Reference): TemplateFacts {
  const imagePath = pathOf(reference);
  return { imageName: imagePath.slice(imagePath.lastIndexOf('/') + 1), imagePath, tag: reference.tag };
}
