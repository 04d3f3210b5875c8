import * as vscode from 'vscode';
import { SidedError } from '../../base/index.ts';
import type { RegistryDoor } from '../registry-door.ts';
import { askedRemote } from './remote-argument.ts';

/**
 * “Open in Browser”: the image's page at its registry.
 *
 * @throws SidedError `page-unknown` where none is known: an address is not guessed
 */
export async function openInBrowser(door: RegistryDoor, argument: unknown): Promise<void> {
  const remote = await askedRemote(argument, 'Open in Browser');
  if (!remote) return;
  const { repository } = remote.reference;
  const { provider } = await door.open(repository);
  const page = provider?.webPage?.(remote.reference);
  if (page === undefined)
    throw new SidedError(
      'registry',
      'page-unknown',
      `No web page is known for images at ${repository.registry}. If it is a registry of a known kind, choose its provider in “Edit Registry…”.`,
    );
  await vscode.env.openExternal(vscode.Uri.parse(page, true));
}
