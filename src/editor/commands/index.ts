import path from 'node:path';
import type { ExtensionContext } from 'vscode';
import type { PushResult } from '../../push/index.ts';
import { configuredChecks } from '../checks/check-settings.ts';
import { LateChecks } from '../checks/late-checks.ts';
import { PushChecks } from '../checks/push-checks.ts';
import { destinationMemory } from '../destination-memory.ts';
import { EngineTrust } from '../engine-trust.ts';
import { maySendPassword } from '../engine-trust-question.ts';
import { ImageInspection } from '../image-page/image-inspection.ts';
import { ImagePanels } from '../image-page/image-panels.ts';
import { inspectionServices } from '../inspection-services.ts';
import { Pusher, type PusherParts } from '../pusher.ts';
import { registryChanges } from '../registry-list.ts';
import { RepositoryCreation } from '../repository-creation.ts';
import { ImageScans } from '../scans/image-scans.ts';
import { PushedScans } from '../scans/pushed-scans.ts';
import { RegistryScans } from '../scans/registry-scans.ts';
import type { ScanBook } from '../scans/scan-book.ts';
import { settings } from '../settings.ts';
import { SignIn } from '../sign-in.ts';
import { TargetLook } from '../target-look.ts';
import type { CommandId } from '../ids.ts';
import { type CommandHandler, commandHandlers, type CommandParts } from './handlers.ts';
import { PushLogs } from './push-logs.ts';
import { PushCommand } from './push.ts';
import { tellHowToGetOne } from './scan.ts';

/** What runs with the editor, and what the commands need of it. */
export interface Surroundings extends Omit<
  CommandParts & PusherParts,
  | 'changes'
  | 'checks'
  | 'inspection'
  | 'lateChecks'
  | 'memory'
  | 'panels'
  | 'push'
  | 'pushLogs'
  | 'pushedScans'
  | 'registryScans'
  | 'scans'
  | 'signIn'
  | 'trust'
> {
  readonly book: ScanBook;
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
  const { book, log } = running;
  const { inspector, layers } = inspectionServices(context, log);
  const closing = new AbortController();
  context.subscriptions.push({ dispose: () => closing.abort() });
  const { signal } = closing;
  const scans = new ImageScans({ book, scanner: settings.scanner, folder: scanFolder(context), log, signal });
  const registryScans = new RegistryScans(running.door, book);
  const checks = new PushChecks({ rules: configuredChecks, inspector, layers, scans, log });
  const onNoScanner = (): void => void tellOnce(context, scans);
  const pushedScans = new PushedScans({ ...running, registryScans, scans, signal });
  const parts = {
    ...{ ...running, memory },
    changes: registryChanges(context.globalStorageUri),
    creation: new RepositoryCreation(running),
    signIn: new SignIn(running),
    look: new TargetLook({ ...running, checks }),
    checks,
    lateChecks: new LateChecks({ ...running, checks, onNoScanner, signal }),
    pushLogs: new PushLogs(running.pushes, context.subscriptions),
    ...{
      panels,
      pushedScans,
      registryScans,
      scans,
      inspection: new ImageInspection({ ...running, panels, registryScans, inspector }),
    },
    tagAfterPush: settings.tagAfterPush,
    trust: new EngineTrust(context.globalState, maySendPassword),
  };
  const pushed = (result: PushResult): void => {
    running.pushed(result);
    if (result.outcome === 'pushed') void pushedScans.daily();
  };
  const push = new PushCommand({ ...parts, pusher: new Pusher({ ...parts, pushed }) });
  return { handlers: commandHandlers({ ...parts, push }), push };
}

/** Scanners run in it, and leave nothing there. */
function scanFolder({ globalStorageUri }: Surroundings['context']): string {
  return path.join(globalStorageUri.fsPath, 'scanning');
}

/** A check wants a scan on each push; how to get a scanner is said at the first of all. */
async function tellOnce({ globalState }: Surroundings['context'], scans: ImageScans): Promise<void> {
  const key = 'toldOfScanners';
  if (globalState.get(key) !== undefined) return;
  const found = await scans.find();
  if (found.kind !== 'missing') return;
  await globalState.update(key, true);
  await tellHowToGetOne(found);
}
