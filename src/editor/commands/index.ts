import path from 'node:path';
import type { ExtensionContext } from 'vscode';
import type { Log } from '../../base/index.ts';
import type { ImageInspector } from '../../inspection/index.ts';
import { destinationMemory } from '../destination-memory.ts';
import { EngineTrust } from '../engine-trust.ts';
import { maySendPassword } from '../engine-trust-question.ts';
import { ImageInspection } from '../image-page/image-inspection.ts';
import { ImagePanels } from '../image-page/image-panels.ts';
import { Pusher, type PusherParts } from '../pusher.ts';
import { registryChanges } from '../registry-list.ts';
import { RepositoryCreation } from '../repository-creation.ts';
import { settings } from '../settings.ts';
import { SignIn } from '../sign-in.ts';
import { TargetLook } from '../target-look.ts';
import type { CommandId } from '../ids.ts';
import { type CommandHandler, commandHandlers, type CommandParts } from './handlers.ts';
import { PushLogs } from './push-logs.ts';
import { PushCommand } from './push.ts';

/** What runs with the editor, and what the commands need of it. */
export interface Surroundings extends Omit<
  CommandParts & PusherParts,
  'changes' | 'inspection' | 'memory' | 'panels' | 'push' | 'pushLogs' | 'signIn' | 'trust'
> {
  readonly context: Pick<ExtensionContext, 'extensionUri' | 'globalState' | 'globalStorageUri' | 'subscriptions'>;
}

export interface OpenCommands {
  readonly handlers: Record<CommandId, CommandHandler>;
  readonly push: PushCommand;
}

/**
 * The commands with all that only they need: a bundle of its own, which is loaded at the first of them. Nothing is
 * contacted by that.
 */
export function openCommands({ context, ...running }: Surroundings): OpenCommands {
  const memory = destinationMemory(context.globalStorageUri, running.log);
  const panels = new ImagePanels();
  const parts = {
    ...{ ...running, memory },
    changes: registryChanges(context.globalStorageUri),
    creation: new RepositoryCreation(running),
    signIn: new SignIn(running),
    look: new TargetLook(running),
    pushLogs: new PushLogs(running.pushes, context.subscriptions),
    ...{
      panels,
      inspection: new ImageInspection({ ...running, panels, inspector: inspectorOf(context, running.log) }),
    },
    tagAfterPush: settings.tagAfterPush,
    trust: new EngineTrust(context.globalState, maySendPassword),
  };
  const push = new PushCommand({ ...parts, pusher: new Pusher(parts) });
  return { handlers: commandHandlers({ ...parts, push }), push };
}

/** Reads images in a thread of its own; nothing of it is loaded before the first. */
function inspectorOf(
  { extensionUri, globalStorageUri, subscriptions }: Surroundings['context'],
  log: Log,
): () => Promise<ImageInspector> {
  let opened: Promise<ImageInspector> | undefined;
  return () =>
    (opened ??= import('../../inspection/index.ts').then(({ ImageInspector }) => {
      const inspector = new ImageInspector({
        workerFile: path.join(extensionUri.fsPath, 'dist', 'inspection-worker.cjs'),
        cacheFolder: path.join(globalStorageUri.fsPath, 'layers'),
        log,
      });
      subscriptions.push(inspector);
      return inspector;
    }));
}
