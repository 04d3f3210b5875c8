import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, systemClock } from './base/index.ts';
import { Accounts } from './editor/accounts.ts';
import { addRegistry } from './editor/commands/add-registry.ts';
import { PushCommand } from './editor/commands/push.ts';
import { registerCommand } from './editor/commands/register.ts';
import { removeRegistry } from './editor/commands/remove-registry.ts';
import { selectEngine } from './editor/commands/select-engine.ts';
import { signInCommand, signOutAllCommand, signOutCommand } from './editor/commands/sign-in.ts';
import { EngineSession } from './editor/engine-session.ts';
import { EngineSigns } from './editor/engine-signs.ts';
import { EngineTrust } from './editor/engine-trust.ts';
import { commandIds } from './editor/ids.ts';
import { ImagesModel } from './editor/images-model.ts';
import { Pusher } from './editor/pusher.ts';
import { registryList, type RegistryConfig } from './editor/registry-list.ts';
import type { ChosenEndpoint } from './engine/index.ts';
import type { DestinationMemory } from './push/index.ts';
import { SignIn } from './editor/sign-in.ts';
import { settings } from './editor/settings.ts';
import { ImagesView } from './editor/views/images-view.ts';
import { RegistriesView } from './editor/views/registries-view.ts';

/** Builds the services by hand and registers them. Nothing is contacted, read or loaded here that is not needed yet. */
export function activate(context: vscode.ExtensionContext): void {
  const store = new DisposableStore();
  context.subscriptions.push(store);
  const log = store.add(vscode.window.createOutputChannel('Docker Push', { log: true }));

  const session = store.add(new EngineSession(() => settings.endpoint(), log));
  const images = store.add(
    new ImagesModel(session, systemClock, log, (state) => {
      signs.watch(session.chosen);
      view.update(state);
    }),
  );
  const view = store.add(new ImagesView(images));
  const signs = store.add(new EngineSigns(homedir(), () => void images.sign()));
  store.add(settings.onEndpointChange(() => images.restart()));

  const registries = (): RegistryConfig[] => registryList.all();
  const memory = async (): Promise<DestinationMemory> => {
    const { DestinationMemory } = await import('./push/index.ts');
    return new DestinationMemory(path.join(context.globalStorageUri.fsPath, 'destinations'), log);
  };
  const userAgent = `docker-push/${(context.extension.packageJSON as { version: string }).version}`;
  const { secrets, globalStorageUri: storage } = context;
  const useDockerConfig = (): boolean => settings.useDockerConfig();
  const accounts = store.add(new Accounts({ secrets, storage, useDockerConfig, log }));
  store.add(new RegistriesView(accounts));
  const signIn = new SignIn({ accounts, registries, log, userAgent });
  const trust = new EngineTrust(context.globalState);
  const mayTrust = (endpoint: ChosenEndpoint): Promise<boolean> => trust.mayTrust(endpoint);
  const pusher = store.add(new Pusher({ session, log, registries, memory, accounts, mayTrust, userAgent }));
  const actions = {
    selectEngine: () => void vscode.commands.executeCommand(commandIds.selectEngine),
    refreshImages: () => void vscode.commands.executeCommand(commandIds.refresh),
    showLog: () => log.show(),
  };
  const push = new PushCommand({ pusher, session, registries, memory, signIn, actions });
  store.add(registerCommand(commandIds.push, log, (argument) => push.run(argument)));
  store.add(registerCommand(commandIds.addRegistry, log, addRegistry));
  store.add(registerCommand(commandIds.removeRegistry, log, (argument) => removeRegistry(accounts, argument)));
  store.add(registerCommand(commandIds.signIn, log, (argument) => signInCommand(signIn, argument)));
  store.add(registerCommand(commandIds.signOut, log, (argument) => signOutCommand(accounts, argument)));
  store.add(registerCommand(commandIds.signOutAll, log, () => signOutAllCommand(accounts)));
  store.add(registerCommand(commandIds.refresh, log, () => images.refresh()));
  store.add(registerCommand(commandIds.selectEngine, log, () => selectEngine()));
  store.add(registerCommand(commandIds.showOutput, log, () => log.show()));
}
