import { SidedError } from '../../base/index.ts';
import { formatReference, parseTarget } from '../../reference/index.ts';
import type { ImageToPush } from '../flow/push-flow.ts';
import { imageOfItem } from './image-argument.ts';

/** What a click on the status-bar item pushes: exactly what is shown. */
export interface OneClick {
  readonly image: ImageToPush;
  /** Canonical; absent as long as this workspace never pushed an image of that name: then the click asks. */
  readonly target?: string;
}

/**
 * Reads what `dockerPush.pushLastBuilt` is called with: what the item showed when it was clicked, or nothing. A keybinding
 * or another extension can pass anything.
 *
 * @throws SidedError (`reference`)
 */
export function readShown(argument: unknown): OneClick | undefined {
  if (argument === undefined || argument === null) return undefined;
  const { image, target } = argument as Record<string, unknown>;
  if (typeof image !== 'object' || image === null) throw invalid('“image” takes a name and an image ID');
  const { name, id, sizeBytes } = image as Record<string, unknown>;
  const shown = imageOfItem({ name, image: { id, sizeBytes } });
  if (target === undefined) return { image: shown };
  if (typeof target !== 'string') throw invalid('“target” takes a reference, as "registry.example.com/api:1.0"');
  return { image: shown, target: formatReference(parseTarget(target)) };
}

function invalid(what: string): SidedError {
  const message = `The command dockerPush.pushLastBuilt cannot be called like this: ${what}.`;
  return new SidedError('reference', 'argument-invalid', message);
}
