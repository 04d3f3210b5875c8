import * as vscode from 'vscode';
import { homedir } from 'node:os';
import { messageOf, plainText, SidedError } from '../../base/index.ts';
import type { KnownEngine } from '../../engine/index.ts';
import { settings } from '../settings.ts';
import { isPersonsCall } from '../persons-call.ts';

interface Item extends vscode.QuickPickItem {
  readonly setting?: string;
}

/**
 * “Select Engine”: as the Docker CLI chooses, one of its contexts, a known socket, or an address that is typed. Takes
 * `{endpoint}`, a value of the setting; one that this machine does not name is confirmed.
 *
 * @throws SidedError `argument-invalid`, EngineError `engine-endpoint-invalid`
 */
export async function selectEngine(argument?: unknown): Promise<void> {
  const chosen = isPersonsCall(argument) ? await askEngine() : await engineArgument(argument);
  if (chosen !== undefined && chosen !== settings.endpoint()) await settings.setEndpoint(chosen);
}

/** Undefined when it was declined. */
async function engineArgument(argument: unknown): Promise<string | undefined> {
  const { endpoint, ...others } = argument as Record<string, unknown>;
  if (typeof endpoint !== 'string' || Object.keys(others).length > 0)
    throw new SidedError(
      'reference',
      'argument-invalid',
      'An engine is selected as {"endpoint": "unix:///var/run/docker.sock"}, or context:NAME, npipe://, tcp://, ssh://, or nothing for what the Docker CLI chooses.',
    );
  if (endpoint.trim() === '') return '';
  const { describeEndpointSetting } = await import('../../engine/index.ts');
  const wanted = describeEndpointSetting(endpoint);
  const found = await engines();
  if (wanted === 'context:default' || found.some(({ setting, address }) => setting === wanted || address === wanted))
    return wanted;
  const change = 'Change';
  const chosen = await vscode.window.showWarningMessage(
    'Use another engine?',
    {
      modal: true,
      detail: `A command asks for the engine at ${plainText(wanted, 300)}, which is none of this machine's contexts and known sockets. It would get the images and, at a push, the sign-ins.`,
    },
    change,
  );
  return chosen === change ? wanted : undefined;
}

async function engines(): Promise<KnownEngine[]> {
  const { findEngines } = await import('../../engine/index.ts');
  return findEngines({ env: process.env, platform: process.platform, home: homedir() });
}

async function askEngine(): Promise<string | undefined> {
  const { describeEndpointSetting } = await import('../../engine/index.ts');
  const now = settings.endpoint();
  const found = await engines();
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
  return chosen;
}
