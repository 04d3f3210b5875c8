import type { EngineSession } from '../engine-session.ts';
import type { ImageInspection } from '../image-page/image-inspection.ts';
import type { ImagePanels } from '../image-page/image-panels.ts';
import { type CommandId, commandIds } from '../ids.ts';
import type { ImagesModel } from '../images-model.ts';
import type { OwnTags } from '../own-tags.ts';
import type { PushesModel } from '../pushes-model.ts';
import type { RegistryChanges } from '../registry-changes.ts';
import type { SignIn } from '../sign-in.ts';
import type { PushedScans } from '../scans/pushed-scans.ts';
import type { LastBuiltItem } from '../status-bar.ts';
import type { RegistriesView } from '../views/registries-view.ts';
import { addRegistry } from './add-registry.ts';
import { compareTags } from './compare-tags.ts';
import { copyDigest, copyPullCommand, copyReference } from './copy.ts';
import { deleteTag } from './delete-tag.ts';
import { editRegistry } from './edit-registry.ts';
import { importCredentials } from './import-credentials.ts';
import { copyInspectionAsJson, copyInspectionAsMarkdown, inspectImage, readLayers } from './inspect-image.ts';
import { openInBrowser } from './open-in-browser.ts';
import { type PullParts, pullTag } from './pull-tag.ts';
import { cancelPush, clearPushes, orderAgain, orderToRetry, showPushLog } from './pushes.ts';
import type { PushLogs } from './push-logs.ts';
import type { PushCommand } from './push.ts';
import { removeRegistry } from './remove-registry.ts';
import { retag } from './retag.ts';
import { selectEngine } from './select-engine.ts';
import { type ScanCommandParts, scanCommand } from './scan.ts';
import { readShown } from './shown-argument.ts';
import { signInCommand, signOutAllCommand, signOutCommand } from './sign-in.ts';
import { tagCommand, untagCommand } from './tag.ts';
import { type RegistryTestParts, testRegistryCommand } from './test-registry.ts';
import { exportSarif, showVulnerabilities, type VulnerabilitiesParts } from './vulnerabilities.ts';

export interface CommandParts extends RegistryTestParts, PullParts, ScanCommandParts, VulnerabilitiesParts {
  readonly registriesView: Pick<RegistriesView, 'reload' | 'loadMore' | 'filter' | 'clearFilter'>;
  readonly push: PushCommand;
  readonly pushLogs: PushLogs;
  readonly pushedScans: PushedScans;
  readonly panels: ImagePanels;
  readonly inspection: ImageInspection;
  readonly pushes: Pick<PushesModel, 'live' | 'past' | 'find' | 'load' | 'clear' | 'seen' | 'see' | 'onChange'>;
  readonly signIn: SignIn;
  readonly session: EngineSession;
  readonly images: ImagesModel;
  readonly item: LastBuiltItem;
  readonly ownTags: OwnTags;
  readonly changes: RegistryChanges;
  readonly showLog: () => void;
}

/**
 * Takes what the command was called with, which comes from outside, and answers its result. A tree passes the row and,
 * where several rows are selected, all of them.
 */
export type CommandHandler = (argument: unknown, selection?: unknown) => unknown;

/** What each command does. */
export function commandHandlers(parts: CommandParts): Record<CommandId, CommandHandler> {
  const { accounts, changes, images, inspection, item, ownTags, panels, push, session, showLog, signIn } = parts;
  return {
    [commandIds.push]: (argument, selection) => push.run(argument, { selection }),
    [commandIds.pushLastBuilt]: (argument) => {
      const shown = readShown(argument) ?? item.shown;
      return shown ? push.pushShown(shown.image, shown.target) : push.run(undefined);
    },
    [commandIds.pushAgain]: async (argument) => {
      const order = await orderAgain(parts.pushes, argument);
      return order ? push.orders([order]) : push.again();
    },
    [commandIds.compareTags]: (argument, selection) => compareTags(parts, argument, selection),
    [commandIds.cancelPush]: (argument) => cancelPush(parts.pushes, argument),
    [commandIds.retryPush]: async (argument) => {
      const order = await orderToRetry(parts.pushes, argument);
      return order ? push.orders([order]) : [];
    },
    [commandIds.showPushLog]: (argument) => showPushLog(parts.pushes, parts.pushLogs, argument),
    [commandIds.clearPushes]: () => clearPushes(parts.pushes),
    [commandIds.tag]: (argument) => tagCommand(session, ownTags, argument),
    [commandIds.untag]: (argument) => untagCommand(session, argument),
    [commandIds.addRegistry]: (argument) => addRegistry({ changes, signIn }, argument, session.product),
    [commandIds.editRegistry]: (argument) => editRegistry(changes, argument, session.product),
    [commandIds.testRegistry]: (argument) => testRegistryCommand(parts, argument),
    [commandIds.removeRegistry]: (argument) => removeRegistry(accounts, changes, argument),
    [commandIds.signIn]: (argument) => signInCommand(signIn, argument),
    [commandIds.signOut]: (argument) => signOutCommand(accounts, argument),
    [commandIds.signOutAll]: () => signOutAllCommand(accounts),
    [commandIds.importCredentials]: () => importCredentials(parts),
    [commandIds.copyReference]: copyReference,
    [commandIds.copyDigest]: (argument) => copyDigest(parts.door, argument),
    [commandIds.copyPullCommand]: copyPullCommand,
    [commandIds.openInBrowser]: (argument) => openInBrowser(parts.door, argument),
    [commandIds.pullTag]: (argument) => pullTag(parts, argument),
    [commandIds.deleteTag]: async (argument) => {
      if (await deleteTag(parts.door, argument)) parts.registriesView.reload();
    },
    [commandIds.retag]: async (argument) => {
      const digest = await retag(parts.door, argument);
      if (digest !== undefined) parts.registriesView.reload();
      return digest;
    },
    [commandIds.inspectImage]: (argument) => inspectImage(session, inspection, argument),
    [commandIds.readLayers]: () => readLayers(panels, inspection),
    [commandIds.copyInspectionAsJson]: () => copyInspectionAsJson(panels),
    [commandIds.copyInspectionAsMarkdown]: () => copyInspectionAsMarkdown(panels),
    [commandIds.scan]: (argument) => scanCommand(parts, argument),
    [commandIds.showVulnerabilities]: (argument) => showVulnerabilities(parts, argument),
    [commandIds.exportSarif]: (argument) => exportSarif(parts, argument),
    [commandIds.scanPushed]: () => parts.pushedScans.now(),
    [commandIds.loadMore]: (argument) => parts.registriesView.loadMore(argument),
    [commandIds.tryAgain]: (argument) => parts.registriesView.loadMore(argument),
    [commandIds.filterRegistry]: (argument) => parts.registriesView.filter(argument),
    [commandIds.clearRegistryFilter]: (argument) => parts.registriesView.clearFilter(argument),
    [commandIds.pushHere]: (argument) => push.pushHere(argument),
    [commandIds.refreshRegistries]: () => parts.registriesView.reload(),
    [commandIds.refresh]: () => images.refresh(),
    [commandIds.selectEngine]: selectEngine,
    [commandIds.showOutput]: showLog,
  };
}
