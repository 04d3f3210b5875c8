import * as vscode from 'vscode';
import { plainText } from '../../base/index.ts';
import { commandIds, pageArgument } from '../ids.ts';

/** A push that a check stops. */
export interface BlockedPush {
  /** As it was chosen. */
  readonly image: string;
  readonly imageId: string;
  /** Canonical. */
  readonly target: string;
  /** Why, a sentence each. */
  readonly words: readonly string[];
}

const pushAnyway = 'Push Anyway…';
const inspect = 'Inspect Image';
const longestReason = 300;

/** Tells what stops a push. The reason why it is pushed all the same; undefined when it is not. */
export async function askToOverride({ image, imageId, target, words }: BlockedPush): Promise<string | undefined> {
  const answer = await vscode.window.showWarningMessage(
    plainText(`A check stops the push of ${image} to ${target}.`, 400),
    { modal: true, detail: words.map((line) => plainText(line, 700)).join('\n\n') },
    pushAnyway,
    inspect,
  );
  if (answer === inspect)
    void vscode.commands.executeCommand(commandIds.inspectImage, pageArgument({ image, id: imageId }));
  if (answer !== pushAnyway) return undefined;
  const reason = await vscode.window.showInputBox({
    title: plainText(`Push ${target} Anyway`, 200),
    prompt: 'Why? The history of the pushes keeps it.',
    placeHolder: 'As: a key for trials, which opens nothing',
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' || text.length > longestReason
        ? `Write a reason, of ${longestReason} characters at most.`
        : undefined,
  });
  return reason?.trim();
}
