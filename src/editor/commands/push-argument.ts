import { SidedError } from '../../base/index.ts';
import type { Overwrite } from '../../push/index.ts';
import { parseReference } from '../../reference/index.ts';
import type { ImageToPush } from '../flow/push-flow.ts';
import { isImageId } from '../image-id.ts';
import { imageOfItem } from './image-argument.ts';

export interface PushArgument {
  readonly image: ImageToPush;
  readonly targets?: readonly string[];
  /** By its name, instead of targets. */
  readonly profile?: string;
  readonly platform?: string;
  readonly overwrite?: Overwrite;
}

const requestFields = new Set(['image', 'targets', 'profile', 'platform', 'overwrite']);
const overwrites: readonly Overwrite[] = ['ask', 'allow', 'refuse'];

/**
 * Reads what `dockerPush.push` is called with: items of the Images view, a PushRequest from a keybinding, a task or
 * another extension, or nothing. It comes from outside, so nothing in it is taken on trust.
 *
 * @param selection the items that are selected in the view, where the one that was clicked is among them
 * @returns what to push, without anything twice; empty where nothing was passed
 * @throws SidedError (`reference`, `argument-invalid`) that names the field and what it takes
 */
export function readPushArgument(argument: unknown, selection?: unknown): readonly PushArgument[] {
  const items = [selection, argument].find((value): value is readonly unknown[] => Array.isArray(value));
  if (items && items.length > 0) return readItems(items);
  if (argument === undefined || argument === null) return [];
  if (typeof argument !== 'object') throw invalid('it takes an object, as {"image": "api:1.0"}');
  const fields = argument as Record<string, unknown>;
  if (fields.kind === 'tag' || fields.kind === 'repository') return readItems([fields]);
  return [readRequest(fields)];
}

/** A repository stands for each of its tags. */
function readItems(items: readonly unknown[]): readonly PushArgument[] {
  const tags = items.flatMap((item): readonly unknown[] => {
    const { kind, tags } = (item ?? {}) as Record<string, unknown>;
    return kind === 'repository' && Array.isArray(tags) ? tags : [item];
  });
  // Of a row that is being drawn anew the editor passes nothing.
  if (tags.some((tag) => tag === undefined || tag === null))
    throw new SidedError('reference', 'argument-invalid', 'The list of images has just changed. Choose them again.');
  const images = tags.map((tag) => imageOfItem(tag as Record<string, unknown>));
  return [...new Map(images.map((image) => [image.name, { image }])).values()];
}

function readRequest(fields: Record<string, unknown>): PushArgument {
  const unknown = Object.keys(fields).filter((field) => !requestFields.has(field));
  if (unknown.length > 0)
    throw invalid(`it does not know “${unknown[0] ?? ''}”: it takes image, targets or profile, platform and overwrite`);
  const { image, targets, profile, platform } = fields;
  const overwrite = overwrites.find((one) => one === fields.overwrite);
  if (typeof image !== 'string') throw invalid('“image” takes a local reference or an image ID');
  if (!isImageId(image)) parseReference(image);
  if (profile !== undefined && typeof profile !== 'string')
    throw invalid('“profile” takes the name of one, as "staging"');
  if (profile !== undefined && targets !== undefined)
    throw invalid('“targets” and “profile” both say where to, and it takes one of them');
  if (platform !== undefined && typeof platform !== 'string')
    throw invalid('“platform” takes os/arch, as "linux/amd64"');
  if (fields.overwrite !== undefined && overwrite === undefined)
    throw invalid(`“overwrite” takes ${overwrites.join(', ')}`);
  return {
    image: { name: image },
    ...(targets !== undefined && { targets: readTargets(targets) }),
    ...(profile !== undefined && { profile }),
    ...(platform !== undefined && { platform }),
    ...(overwrite && { overwrite }),
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
