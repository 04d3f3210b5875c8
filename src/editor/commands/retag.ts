import * as vscode from 'vscode';
import { messageOf, plainText, SidedError } from '../../base/index.ts';
import { formatReference, parseTag, type TaggedReference } from '../../reference/index.ts';
import type { RegistryDoor } from '../registry-door.ts';
import { mayReplace } from '../replace-question.ts';
import { askedRemote } from './remote-argument.ts';

/**
 * “Add Tag…”: gives an image at a registry one more tag there; nothing is uploaded. Takes a row, or `{reference, tag}`. A
 * tag that holds another image is replaced only after a question.
 *
 * @returns the digest that the new tag holds; undefined when it was closed
 * @throws RegistryError, InvalidReferenceError, SidedError `tag-absent`
 */
export async function retag(door: RegistryDoor, argument: unknown): Promise<string | undefined> {
  const remote = await askedRemote(argument, 'Add Tag');
  if (!remote) return undefined;
  const { reference } = remote;
  const tag = await tagFor(reference, argument);
  if (tag === undefined) return undefined;
  const { client } = await door.open(reference.repository, { answers: new Map() });
  const target = { ...reference, tag };
  const [held, source] = await Promise.all([client.resolve(target), client.resolve(reference)]);
  if (!source) throw new SidedError('registry', 'tag-absent', `The registry has no ${formatReference(reference)}.`);
  if (held && held.digest !== source.digest) {
    const question = { target, digest: held.digest, imageId: source.digest };
    if (!(await mayReplace(question))) return undefined;
  }
  // What was looked at, and not what the tag may point to by now.
  const asked = { kind: 'digest', repository: reference.repository, digest: source.digest } as const;
  const made = await client.retag(asked, tag);
  if (!made) throw new SidedError('registry', 'tag-absent', `The registry has no ${formatReference(asked)}.`);
  vscode.window.setStatusBarMessage(`$(check) ${plainText(formatReference(target), 200)}`, 5_000);
  return made.digest;
}

async function tagFor(reference: TaggedReference, argument: unknown): Promise<string | undefined> {
  const { tag } = (argument ?? {}) as { tag?: unknown };
  if (typeof tag === 'string') return parseTag(tag);
  const typed = await vscode.window.showInputBox({
    title: `Add a tag to ${formatReference(reference)}`,
    prompt: 'The new tag. Nothing is uploaded, and the old one stays.',
    value: reference.tag,
    ignoreFocusOut: true,
    validateInput: (value) => {
      try {
        parseTag(value.trim());
        return value.trim() === reference.tag ? 'That is the tag that it has.' : undefined;
      } catch (error) {
        return messageOf(error);
      }
    },
  });
  return typed?.trim();
}
