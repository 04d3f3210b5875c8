import * as vscode from 'vscode';
import { plainText, SidedError } from '../../base/index.ts';
import { type DigestReference, formatReference, type TaggedReference } from '../../reference/index.ts';
import type { RegistryClient } from '../../registry/index.ts';
import type { RegistryDoor } from '../registry-door.ts';
import { digestOf } from './copy.ts';
import { askedRemote } from './remote-argument.ts';

/** So many names fit into a dialog. */
const shownTags = 15;

/**
 * “Delete…”: deletes a tag where the registry can do that by itself; else what it points to, after every tag that would
 * go with it was named. Always confirmed.
 *
 * @returns whether something was deleted
 * @throws RegistryError, with the code `delete-unsupported` where the registry deletes neither; SidedError `tag-absent`
 */
export async function deleteTag(door: RegistryDoor, argument: unknown): Promise<boolean> {
  const remote = await askedRemote(argument, 'Delete Tag');
  if (!remote) return false;
  const { reference } = remote;
  const name = formatReference(reference);
  if (!(await confirmed(`Delete ${name}?`, 'Nobody can pull it by that name any more. Local images stay.')))
    return false;
  const { client } = await door.open(reference.repository, { answers: new Map() });
  try {
    if (!(await client.deleteTag(reference))) throw absent(name);
  } catch (error) {
    if (!(error instanceof SidedError) || error.code !== 'delete-unsupported') throw error;
    if (!(await deleteDigest(client, reference))) return false;
  }
  vscode.window.setStatusBarMessage(`$(check) Deleted ${plainText(name, 200)}`, 5_000);
  return true;
}

async function deleteDigest(client: RegistryClient, reference: TaggedReference): Promise<boolean> {
  const { repository } = reference;
  // Asked now, whatever a list said: the tag may have moved since.
  const digest = await digestOf(client, reference);
  const tags = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: 'Looking for the tags of the same image',
      cancellable: true,
    },
    (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      const onProgress = (checked: number, known: number): void =>
        progress.report({ message: `${checked} of ${known}` });
      return client.tagsOf(repository, digest, { signal: stop.signal, onProgress });
    },
  );
  const others = tags.filter((tag) => tag !== reference.tag);
  const listed =
    others.slice(0, shownTags).join(', ') +
    (others.length > shownTags ? `, and ${others.length - shownTags} more` : '');
  const detail =
    others.length === 0
      ? `${digest} has no other tag.`
      : `These tags are the same image and go with it: ${plainText(listed, 2_000)}.`;
  const question = `${repository.registry} deletes no tag by itself, only the whole image. Delete it?`;
  if (!(await confirmed(question, detail))) return false;
  const target: DigestReference = { kind: 'digest', repository, digest };
  if (!(await client.deleteManifest(target))) throw absent(formatReference(target));
  return true;
}

async function confirmed(question: string, detail: string): Promise<boolean> {
  const yes = 'Delete';
  return (await vscode.window.showWarningMessage(plainText(question, 400), { modal: true, detail }, yes)) === yes;
}

function absent(name: string): SidedError {
  return new SidedError('registry', 'tag-absent', `The registry has no ${name}.`);
}
