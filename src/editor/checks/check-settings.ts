import * as vscode from 'vscode';
import { type CheckRule, checksSetting, readCheckRules } from './check-rules.ts';

/**
 * The rules of `dockerPush.checks` as they are now: a list for the person, for the workspace and for each of its folders.
 * A workspace that is not trusted may ask for checks, too, as it can only add to them.
 */
export function configuredChecks(): {
  readonly lists: readonly (readonly CheckRule[])[];
  readonly faults: readonly string[];
} {
  const { workspaceFolders = [] } = vscode.workspace;
  const scopes = workspaceFolders.length > 0 ? workspaceFolders.map(({ uri }) => uri) : [undefined];
  const found = scopes.map((scope) => vscode.workspace.getConfiguration(undefined, scope).inspect(checksSetting));
  const values = [
    ...found.slice(0, 1).flatMap((value) => [value?.globalValue, value?.workspaceValue]),
    ...found.map((value) => value?.workspaceFolderValue),
  ].filter((value) => value !== undefined);
  // In a workspace of one folder its settings are found twice.
  const distinct = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  const read = distinct.map(readCheckRules);
  return { lists: read.map(({ rules }) => rules), faults: read.flatMap(({ faults }) => faults) };
}
