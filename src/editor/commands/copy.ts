import * as vscode from 'vscode';
import { SidedError } from '../../base/index.ts';
import { formatReference, type TaggedReference } from '../../reference/index.ts';
import type { ManifestResolver } from '../../registry/index.ts';
import type { RegistryDoor } from '../registry-door.ts';
import { askedRemote } from './remote-argument.ts';

/** “Copy Reference”: the whole name, as `registry.example.com/team/api:1.0`. */
export async function copyReference(argument: unknown): Promise<void> {
  const remote = await askedRemote(argument, 'Copy Reference');
  if (remote) await copy(formatReference(remote.reference));
}

/** “Copy Pull Command”: what somebody else types to get the image. */
export async function copyPullCommand(argument: unknown): Promise<void> {
  const remote = await askedRemote(argument, 'Copy Pull Command');
  if (remote) await copy(`docker pull ${formatReference(remote.reference)}`);
}

/**
 * “Copy Digest”: what the tag points at now, asked of the registry where the list did not tell it.
 *
 * @throws RegistryError, SidedError `tag-absent`
 */
export async function copyDigest(door: RegistryDoor, argument: unknown): Promise<void> {
  const remote = await askedRemote(argument, 'Copy Digest');
  if (!remote) return;
  const { reference, digest } = remote;
  if (digest !== undefined) return copy(digest);
  const { client } = await door.open(reference.repository, { answers: new Map() });
  await copy(await digestOf(client, reference));
}

/** @throws RegistryError, SidedError `tag-absent` */
export async function digestOf(registry: ManifestResolver, reference: TaggedReference): Promise<string> {
  const descriptor = await registry.resolve(reference);
  if (descriptor) return descriptor.digest;
  throw new SidedError('registry', 'tag-absent', `The registry has no ${formatReference(reference)}.`);
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(`$(check) Copied ${text}`, 4_000);
}
