import * as vscode from 'vscode';
import { messageOf, SidedError } from '../../base/index.ts';
import { parseTarget, type TaggedReference } from '../../reference/index.ts';

/** A tag at a registry that a command is about, and its digest where it is known already. */
export interface RemoteArgument {
  readonly reference: TaggedReference;
  readonly digest?: string;
}

/**
 * Reads what a command about a tag at a registry is called with: a row of the view Registries, or `{reference}`. With
 * nothing, it is asked for. Undefined when that was closed.
 *
 * @throws SidedError (`reference`) for what is no reference with a registry and a tag
 */
export async function askedRemote(argument: unknown, title: string): Promise<RemoteArgument | undefined> {
  if (argument === undefined || argument === null) return askReference(title);
  const { reference, digest } = argument as Record<string, unknown>;
  if (typeof reference !== 'string')
    throw new SidedError(
      'reference',
      'argument-invalid',
      '“reference” takes a name with registry and tag, as registry.example.com/api:1.0.',
    );
  return { reference: parseTarget(reference), ...(typeof digest === 'string' && { digest }) };
}

async function askReference(title: string): Promise<RemoteArgument | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    placeHolder: 'registry.example.com/team/api:1.0',
    prompt: 'The name of the image at its registry',
    ignoreFocusOut: true,
    validateInput: (value) => {
      try {
        parseTarget(value.trim());
        return undefined;
      } catch (error) {
        return messageOf(error);
      }
    },
  });
  return typed === undefined ? undefined : { reference: parseTarget(typed.trim()) };
}
