import { SidedError } from '../../base/index.ts';
import { parseReference } from '../../reference/index.ts';
import type { ImageToPush } from '../flow/push-flow.ts';
import { isImageId } from '../image-id.ts';
import { imageOfItem } from './image-argument.ts';

export interface PushArgument {
  readonly image: ImageToPush;
  readonly targets?: readonly string[];
  readonly platform?: string;
}

const requestFields = new Set(['image', 'targets', 'platform']);

/**
 * Reads what `dockerPush.push` is called with: an item of the Images view, a PushRequest from a keybinding, a task or
 * another extension, or nothing. It comes from outside, so nothing in it is taken on trust.
 *
 * @throws SidedError (`reference`, `argument-invalid`) that names the field and what it takes
 */
export function readPushArgument(argument: unknown): PushArgument | undefined {
  if (argument === undefined || argument === null) return undefined;
  if (typeof argument !== 'object') throw invalid('it takes an object, as {"image": "api:1.0"}');
  const fields = argument as Record<string, unknown>;
  if (fields.kind === 'tag') return { image: imageOfItem(fields) };
  const unknown = Object.keys(fields).filter((field) => !requestFields.has(field));
  if (unknown.length > 0) throw invalid(`it does not know “${unknown[0] ?? ''}”: it takes image, targets and platform`);
  const { image, targets, platform } = fields;
  if (typeof image !== 'string') throw invalid('“image” takes a local reference or an image ID');
  if (!isImageId(image)) parseReference(image);
  if (platform !== undefined && typeof platform !== 'string')
    throw invalid('“platform” takes os/arch, as "linux/amd64"');
  return {
    image: { name: image },
    ...(targets !== undefined && { targets: readTargets(targets) }),
    ...(platform !== undefined && { platform }),
  };
}

function readTargets(targets: unknown): readonly string[] {
  if (!Array.isArray(targets) || targets.length === 0 || !targets.every((target) => typeof target === 'string'))
    throw invalid('“targets” takes a list of references, as ["registry.example.com/api:1.0"]');
  return targets;
}

function invalid(what: string): SidedError {
  return new SidedError(
    'reference',
    'argument-invalid',
    `The command dockerPush.push cannot be called like this: ${what}.`,
  );
}
