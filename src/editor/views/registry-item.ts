import * as vscode from 'vscode';
import { isOfSignIn, needsSignIn, plainText } from '../../base/index.ts';
import type { Transport } from '../../registry/index.ts';
import { filtered, registryItems } from '../ids.ts';
import type { RegistryConfig } from '../registry-config.ts';
import type { RegistryFault } from '../registry-faults.ts';
import type { RegistryNode } from './registry-rows.ts';
import { filterWords } from './remote-items.ts';

/** What is known of a registry beside its settings and its account. */
export interface RegistryState {
  readonly fault: RegistryFault | undefined;
  /** By which transport it was found, where none is set. */
  readonly found: Transport | undefined;
  /** The file by which its certificate is trusted, where one is named. */
  readonly certificate: string | undefined;
  /** What its repositories are filtered by. */
  readonly filter: string | undefined;
}

/** The row of a registry: where one can push, as whom, and what is wrong with it. */
export async function registryItem({ config, account }: RegistryNode, state: RegistryState): Promise<vscode.TreeItem> {
  const { describeSource } = await import('../../credentials/index.ts');
  const { registry, name, transport } = config;
  const { fault, filter } = state;
  const item = new vscode.TreeItem(registry, vscode.TreeItemCollapsibleState.Collapsed);
  const facts = [
    filter === undefined ? undefined : filterWords(filter),
    account.kind === 'fault' ? account.message : describeSource(account),
    fault && faultWords(fault, account),
    name === undefined ? undefined : plainText(name, 80),
    transport === undefined || transport === 'https' ? undefined : transport,
  ].filter((fact) => fact !== undefined);
  const needsCare = fault !== undefined || account.kind === 'fault' || account.kind === 'missing-secret';
  const menu = registryItems[menuFor(account, fault)];
  item.id = `registry ${registry}`;
  item.description = facts.join(' · ');
  const lines = [registry, ...facts, fault?.message, reached(config, state), trusted(config, state)];
  item.tooltip = lines.filter((line) => line).join('\n');
  item.iconPath = new vscode.ThemeIcon(needsCare ? 'warning' : 'server');
  item.contextValue = filter === undefined ? menu : filtered(menu);
  item.accessibilityInformation = { label: [registry, ...facts].join(', ') };
  return item;
}

/** By which transport, where that was looked for. */
function reached({ transport }: RegistryConfig, { found }: RegistryState): string | undefined {
  if (transport !== undefined || found === undefined) return undefined;
  if (found === 'http') return 'Reached by plain HTTP, as it is on the loopback.';
  return 'Reached by HTTPS, its certificate not checked, as it is on the loopback.';
}

/** With which file, where one is named and a certificate is checked. */
function trusted({ transport }: RegistryConfig, { certificate }: RegistryState): string | undefined {
  return certificate !== undefined && transport !== 'http' && transport !== 'https-unverified'
    ? `Its certificate is trusted by ${certificate}.`
    : undefined;
}

/** A helper is not asked for the sake of a view, so whether it holds a sign-in is not known. */
function mayLackSignIn(account: RegistryNode['account']): boolean {
  return account.kind === 'none' || (account.kind === 'unasked' && account.source === 'helper');
}

function menuFor(account: RegistryNode['account'], fault: RegistryFault | undefined): keyof typeof registryItems {
  if (mayLackSignIn(account)) return 'signedOut';
  const again = fault !== undefined && isOfSignIn(fault.code);
  if (again || account.kind === 'missing-secret') return 'signInAgain';
  if (account.kind !== 'found') return 'signedIn';
  return account.source === 'stored' || account.source === 'machine' ? 'signedIn' : 'borrowed';
}

/** Undefined where the account says it already. */
function faultWords({ code, words }: RegistryFault, account: RegistryNode['account']): string | undefined {
  const isKnown = account.kind === 'found' || (account.kind === 'unasked' && account.source === 'machine');
  if (!needsSignIn(code) || isKnown) return words;
  return mayLackSignIn(account) ? 'asks for a sign-in' : undefined;
}
