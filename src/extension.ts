import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DockerPushExports } from '../docs/docker-push.d.ts';
import { DisposableStore, systemClock } from './base/index.ts';
import { exportsOf } from './editor/api.ts';
import { type Contributions, registerCommands } from './editor/command-registration.ts';
import type { OpenCommands } from './editor/commands/index.ts';
import type { PushCommand } from './editor/commands/push.ts';
import { EngineSession } from './editor/engine-session.ts';
import { EngineSigns } from './editor/engine-signs.ts';
import { ImagesModel } from './editor/images-model.ts';
import { LastBuiltFinder } from './editor/last-built.ts';
import { LastBuiltWatch } from './editor/last-built-watch.ts';
import { OwnTags } from './editor/own-tags.ts';
import { concludeBy, pushHistory } from './editor/push-history.ts';
import { PushesModel } from './editor/pushes-model.ts';
import { registryServices } from './editor/registry-services.ts';
import { ScanBook } from './editor/scans/scan-book.ts';
import { settings } from './editor/settings.ts';
import { LastBuiltItem } from './editor/status-bar.ts';
import { ImagesView } from './editor/views/images-view.ts';
import { PushesView } from './editor/views/pushes-view.ts';
import { RegistriesView } from './editor/views/registries-view.ts';
import { WorkspacePushes } from './editor/workspace-pushes.ts';
import type { PushResult } from './push/index.ts';

/**
 * Builds the services by hand and registers them; nothing is contacted, read or loaded here that is not needed yet.
 * It runs at `onStartupFinished` because the status-bar item for the last-built image must be there before a view is.
 */
export function activate(context: vscode.ExtensionContext): DockerPushExports {
  const store = new DisposableStore();
  context.subscriptions.push(store);
  const log = store.add(vscode.window.createOutputChannel('Docker Push', { log: true }));

  const session = store.add(new EngineSession(settings.endpoint, log));
  const services = registryServices(context, log, store, () => session.isLocal());
  const history = pushHistory(context.globalStorageUri, log);
  const pushesModel = store.add(new PushesModel({ history, conclude: concludeBy(services), log }));
  store.add(new PushesView(pushesModel));
  const book = new ScanBook(path.join(context.globalStorageUri.fsPath, 'scans'), log);

  const images = store.add(
    new ImagesModel(session, systemClock, log, {
      changed: (state) => {
        signs.watch(session.chosen);
        view.update(state);
        lastBuilt.changed(state);
      },
      heard: (event) => lastBuilt.heard(event),
    }),
  );
  const view = store.add(new ImagesView(images, pushesModel, book));
  const signs = store.add(new EngineSigns(homedir(), () => void images.sign()));
  store.add(settings.onEndpointChange(() => images.restart()));
  const ownTags = new OwnTags(systemClock);
  const pushes = new WorkspacePushes(context.workspaceState);
  const item = store.add(new LastBuiltItem(pushes, pushesModel));
  const finder = new LastBuiltFinder(ownTags);
  const lastBuilt = store.add(new LastBuiltWatch({ finder, item, pushes, session, images }));

  const localNameOf = (digest: string): string | undefined => images.nameOf(digest);
  const registriesView = store.add(new RegistriesView({ ...services, book, localNameOf }));

  const pushed = store.add(new vscode.EventEmitter<PushResult>());
  store.add(pushed.event(() => void lastBuilt.start()));
  store.add(pushed.event((result) => services.faults.afterPush(result)));
  store.add(pushed.event((result) => registriesView.afterPush(result)));
  const { confirm, maxConcurrentPushes } = settings;
  const running = {
    ...{ ...services, context, session, images, item, ownTags, registriesView, workspacePushes: pushes },
    ...{ book, pushes: pushesModel, confirm, maxConcurrentPushes },
  };
  let opened: Promise<OpenCommands> | undefined;
  const commands = (): Promise<OpenCommands> =>
    (opened ??= import('./editor/commands/index.ts').then(({ openCommands }) =>
      openCommands({ ...running, pushed: (result) => pushed.fire(result), showLog: () => log.show() }),
    ));
  const { contributes } = context.extension.packageJSON as { contributes: Contributions };
  store.add(registerCommands(contributes, log, async (id) => (await commands()).handlers[id]));
  void lastBuilt.start();
  const push: PushCommand['run'] = async (...request) => (await commands()).push.run(...request);
  return exportsOf({ push, onDidPush: pushed.event, session, log });
}
