import * as vscode from 'vscode';
import { plainText } from '../../base/index.ts';
import { formatRegistryKey } from '../../reference/index.ts';
import type { EngineObjectionParts } from '../engine-objection.ts';
import type { RegistryContact } from '../registry-contact.ts';
import type { RegistryFaults } from '../registry-faults.ts';
import { type RegistryTest, testRegistry } from '../registry-test.ts';
import type { RegistryDoor } from '../registry-door.ts';
import type { SignInParts } from '../sign-in.ts';
import { askedRegistry } from './registry-argument.ts';

export interface RegistryTestParts extends SignInParts, EngineObjectionParts {
  readonly contact: RegistryContact;
  readonly faults: Pick<RegistryFaults, 'afterTest'>;
  readonly door: RegistryDoor;
}

/** “Test Registry”: takes a row of the view, `{registry}`, or asks which; says in a line each what works. */
export async function testRegistryCommand(
  parts: RegistryTestParts,
  argument: unknown,
): Promise<RegistryTest | undefined> {
  const key = await askedRegistry(argument, 'Test Registry');
  if (!key) return undefined;
  const name = formatRegistryKey(key);
  const location = { viewId: 'dockerPush.registries' };
  const test = await vscode.window.withProgress({ location, title: `Testing ${name}` }, () => testRegistry(key, parts));
  // What could not be asked mends nothing that a push has found.
  if (test.reach.verdict !== 'unknown') parts.faults.afterTest(key, test);
  const marks = { ok: '✓', no: '✗', unknown: '?' };
  const lines = Object.values(test).map(({ verdict, line }: RegistryTest['reach']) => `${marks[verdict]} ${line}`);
  const worst = Object.values(test).some(({ verdict }: RegistryTest['reach']) => verdict === 'no');
  for (const line of lines) parts.log.info(`test of ${name}: ${line}`);
  const show = worst ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  // The caller has its answer now; the notification may stay for hours.
  void show(plainText(`${name}: ${lines.join(' ')}`));
  return test;
}
