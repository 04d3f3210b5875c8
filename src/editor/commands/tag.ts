import * as vscode from 'vscode';
import { messageOf, SidedError } from '../../base/index.ts';
import { familiarReference, formatReference, parseReference, type TaggedReference } from '../../reference/index.ts';
import type { EngineSession } from '../engine-session.ts';
import { askImage } from '../flow/image-step.ts';
import type { ImageToPush } from '../flow/push-flow.ts';
import { isImageId } from '../image-id.ts';
import type { OwnTags } from '../own-tags.ts';
import { imageOfItem } from './image-argument.ts';

/**
 * “Tag…”: gives an image one more name. Takes `{image, reference}`, a row of Images, or asks.
 *
 * @returns the canonical reference, or undefined when it was closed
 * @throws SidedError of the engine, or of the reference for an argument that is wrong
 */
export async function tagCommand(
  session: EngineSession,
  ownTags: OwnTags,
  argument: unknown,
): Promise<string | undefined> {
  const { image = await askImage(session, 'Tag'), reference } = readTagArgument(argument);
  if (!image) return undefined;
  const target = reference ?? (await askReference(image.name));
  if (!target) return undefined;
  const { engine } = await session.connect();
  const details = await engine.inspectImage(image.id ?? image.name);
  const withdraw = ownTags.expect(formatReference(target));
  try {
    await engine.tagImage(details.id, target);
  } catch (error) {
    withdraw();
    throw error;
  }
  return formatReference(target);
}

/** “Untag”: takes one name away; the image goes with its last one, which is confirmed. Takes `{reference}` or a row. */
export async function untagCommand(session: EngineSession, argument: unknown): Promise<void> {
  const { image: row, reference } = readTagArgument(argument);
  const name = reference ? familiarReference(reference) : (row ?? (await askImage(session, 'Untag')))?.name;
  if (name === undefined) return;
  const target = readTagged(name);
  const { engine } = await session.connect();
  const { references } = await engine.inspectImage(name);
  if (references.length <= 1) {
    const remove = 'Remove Image';
    const detail = `${name} is the last name of this image. Without it the image itself is removed from the engine.`;
    if ((await vscode.window.showWarningMessage(`Remove ${name}?`, { modal: true, detail }, remove)) !== remove) return;
  }
  await engine.untagImage(target);
}

function readTagArgument(argument: unknown): { image?: ImageToPush; reference?: TaggedReference } {
  if (argument === undefined || argument === null) return {};
  const fields = argument as Record<string, unknown>;
  if (fields.kind === 'tag') return { image: imageOfItem(fields) };
  const { image, reference } = fields;
  if (image !== undefined && typeof image !== 'string') throw invalid('“image” takes a local reference or an image ID');
  if (reference !== undefined && typeof reference !== 'string') throw invalid('“reference” takes a name with a tag');
  if (image !== undefined && !isImageId(image)) parseReference(image);
  return {
    ...(image !== undefined && { image: { name: image } }),
    ...(reference !== undefined && { reference: readTagged(reference) }),
  };
}

/** A name with its tag written: a tag that is filled in is one that nobody chose. */
function readTagged(text: string): TaggedReference {
  const reference = parseReference(text);
  if (reference.kind === 'digest') throw invalid('a digest is no name to give or take; write a tag');
  if (!text.endsWith(`:${reference.tag}`)) throw invalid(`write the tag too, as in ${text}:1.0`);
  return reference;
}

async function askReference(name: string): Promise<TaggedReference | undefined> {
  const typed = await vscode.window.showInputBox({
    title: `Tag ${name}`,
    prompt: 'Its new name. The old one stays.',
    value: name,
    valueSelection: [name.lastIndexOf(':') + 1, name.length],
    ignoreFocusOut: true,
    validateInput: (value) => {
      try {
        readTagged(value.trim());
        return undefined;
      } catch (error) {
        return messageOf(error);
      }
    },
  });
  return typed === undefined ? undefined : readTagged(typed.trim());
}

function invalid(what: string): SidedError {
  return new SidedError('reference', 'argument-invalid', `This is not a name to tag with: ${what}.`);
}
