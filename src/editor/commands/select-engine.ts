import * as vscode from 'vscode';
import { homedir } from 'node:os';
import { messageOf } from '../../base/index.ts';
import { settings } from '../settings.ts';

interface Item extends vscode.QuickPickItem {
  readonly setting?: string;
}

/** “Select Engine”: as the Docker CLI chooses, one of its contexts, a known socket, or an address that is typed. */
export async function selectEngine(): Promise<void> {
  const { describeEndpointSetting, findEngines } = await import('../../engine/index.ts');
  const now = settings.endpoint();
  const found = await findEngines({ env: process.env, platform: process.platform, home: homedir() });
  const mark = (setting: string): string => (setting === now ? '$(check) ' : '');
  const known: Item[] = [
    {
      label: `${mark('')}As the Docker CLI chooses`,
      description: 'DOCKER_HOST, DOCKER_CONTEXT, its current context',
      setting: '',
    },
    ...found.map(({ setting, label, address }) => ({
      label: `${mark(setting)}${label}`,
      description: address,
      setting,
    })),
  ];
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = 'Select Engine';
  pick.placeholder = 'Choose an engine, or type an address: unix://, npipe://, tcp://, ssh://, context:NAME';
  pick.items = known;
  const chosen = await new Promise<string | undefined>((resolve) => {
    pick.onDidChangeValue((value) => {
      const typed = value.trim();
      if (typed === '') pick.items = known;
      else {
        try {
          pick.items = [
            {
              label: `$(plug) ${describeEndpointSetting(typed)}`,
              description: 'as typed',
              alwaysShow: true,
              setting: typed,
            },
            ...known,
          ];
        } catch (error) {
          pick.items = [
            ...known,
            { label: `$(info) “${typed}” is not an address yet`, detail: messageOf(error), alwaysShow: true },
          ];
        }
      }
    });
    pick.onDidAccept(() => {
      const item = pick.selectedItems[0] ?? pick.activeItems[0];
      if (item?.setting !== undefined) resolve(item.setting);
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  pick.dispose();
  if (chosen !== undefined && chosen !== now) await settings.setEndpoint(chosen);
}
