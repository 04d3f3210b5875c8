import * as vscode from 'vscode';
import { type CheckRule, checksSetting, readCheckRules } from './check-rules.ts';

export interface ConfiguredChecks {
  /** The person's rules. */
  readonly own: readonly CheckRule[];
  /** Those of the workspace and of each of its folders. */
  readonly others: readonly (readonly CheckRule[])[];
  /** What is written wrongly: a sentence each. */
  readonly faults: readonly string[];
}

/** The rules as they are now. A workspace that is not trusted may ask for checks, too, as it can only add to them. */
export function configuredChecks(): ConfiguredChecks {
  const { workspaceFolders = [] } = vscode.workspace;
  const scopes = workspaceFolders.length > 0 ? workspaceFolders.map(({ uri }) => uri) : [undefined];
  const found = scopes.map((scope) => vscode.workspace.getConfiguration(undefined, scope).inspect(checksSetting));
  const [first] = found;
  const values = [first?.workspaceValue, ...found.map((value) => value?.workspaceFolderValue)];
  // In a workspace of one folder its settings are found twice.
  const distinct = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  const own = readCheckRules(first?.globalValue);
  const others = distinct.map(readCheckRules);
  return {
    own: own.rules,
    others: others.map(({ rules }) => rules),
    faults: [own, ...others].flatMap(({ faults }) => faults),
  };
}
