import * as vscode from 'vscode';
import { plainText } from '../base/index.ts';
import type { Replaced } from '../push/index.ts';
import { formatReference } from '../reference/index.ts';

/** Asks whether a tag that holds another image may be replaced. Escape and Cancel say no. */
export async function askToReplace({ target, digest, imageId }: Replaced): Promise<boolean> {
  const replace = 'Replace';
  const answer = await vscode.window.showWarningMessage(
    plainText(`${formatReference(target)} holds another image. Replace it?`, 400),
    { modal: true, detail: `There now: ${plainText(digest, 100)}\nThis image: ${plainText(imageId, 100)}` },
    replace,
  );
  return answer === replace;
}
