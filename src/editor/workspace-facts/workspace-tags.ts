import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { type Log, messageOf, plainText, systemClock } from '../../base/index.ts';
import { localFolders } from '../local-folders.ts';
import { type GitApi, gitFactsOf } from './git-extension.ts';
import type { GitFacts } from './git-facts.ts';
import { gitFactsIn, type RunGit } from './git-program.ts';
import { packageVersionIn } from './package-version.ts';
import { type SuggestedTag, suggestedTags, tagValues, type WorkspaceFacts } from './suggested-tags.ts';
import { readTagTemplates } from './tag-templates.ts';

/** In milliseconds: a repository that takes longer to look at lends no tags. */
const gitLimitMs = 10_000;

/**
 * The tags that the workspace suggests, by `dockerPush.tagTemplates`. Only what they name is looked for. Never rejects.
 *
 * @param more templates that come first
 */
export async function workspaceTags(
  log: Log,
  signal: AbortSignal,
  more: readonly string[] = [],
): Promise<readonly SuggestedTag[]> {
  try {
    const folder = currentFolder();
    const set = vscode.workspace.getConfiguration('dockerPush', folder).get('tagTemplates');
    const templates = [...more, ...readTagTemplates(set)];
    return suggestedTags(templates, await factsFor(templates, folder, log, signal), log);
  } catch (error) {
    log.warn(`the workspace suggests no tags: ${plainText(messageOf(error), 200)}`);
    return [];
  }
}

/**
 * What the variables of these templates stand for in the workspace. Only what they name is looked for, and what has no
 * value now is there as undefined. Never rejects.
 */
export async function workspaceValues(
  templates: readonly string[],
  log: Log,
  signal: AbortSignal,
): Promise<ReturnType<typeof tagValues>> {
  try {
    return tagValues(await factsFor(templates, currentFolder(), log, signal));
  } catch (error) {
    log.warn(`the workspace tells nothing of itself: ${plainText(messageOf(error), 200)}`);
    return tagValues({ now: new Date() });
  }
}

async function factsFor(
  templates: readonly string[],
  folder: vscode.WorkspaceFolder | undefined,
  log: Log,
  signal: AbortSignal,
): Promise<WorkspaceFacts> {
  const isHere = folder?.uri.scheme === 'file';
  const names = (variable: string): boolean => templates.some((template) => template.includes(`\${${variable}`));
  const [project, git] = await Promise.all([
    isHere && names('packageVersion') ? packageVersionIn(folder.uri.fsPath, log) : undefined,
    isHere && names('git') ? gitFacts(folder.uri, log, signal) : undefined,
  ]);
  return { package: project, git, now: new Date() };
}

/** That of the editor which a person works in, else the first. */
function currentFolder(): vscode.WorkspaceFolder | undefined {
  const open = vscode.window.activeTextEditor?.document.uri;
  return (open && vscode.workspace.getWorkspaceFolder(open)) ?? vscode.workspace.workspaceFolders?.[0];
}

/** In Restricted Mode nothing: whoever is asked would run git, and git what the repository names. */
async function gitFacts(folder: vscode.Uri, log: Log, left: AbortSignal): Promise<GitFacts | undefined> {
  if (!vscode.workspace.isTrusted) return undefined;
  const signal = AbortSignal.any([left, AbortSignal.timeout(gitLimitMs)]);
  try {
    const api = await gitApi();
    const told = api && (await gitFactsOf(api, folder, signal));
    return told ?? (await gitFactsIn(folder.fsPath, gitRunner(log, signal)));
  } catch (error) {
    log.info(`git says nothing of the workspace: ${plainText(messageOf(error), 200)}`);
    return undefined;
  }
}

/** Undefined where the extension is not there or switched off. */
async function gitApi(): Promise<GitApi<vscode.Uri> | undefined> {
  const extension = vscode.extensions.getExtension<{ getAPI?(version: 1): GitApi<vscode.Uri> }>('vscode.git');
  if (!extension) return undefined;
  try {
    const git = await extension.activate();
    return git.getAPI?.(1);
  } catch {
    return undefined;
  }
}

function gitRunner(log: Log, signal: AbortSignal): RunGit {
  const { env, platform } = process;
  const place = { env, platform, home: homedir(), workspaceFolders: localFolders, clock: systemClock };
  return async (args) => {
    const { askProgram } = await import('../../credentials/index.ts');
    const answer = await askProgram({ name: 'git', args, limitMs: gitLimitMs }, place, signal);
    if (answer.kind === 'failed') log.info(`git ${answer.why}`);
    return answer.kind === 'ended' && answer.code === 0 ? answer.stdout : undefined;
  };
}
