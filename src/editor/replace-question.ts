import * as vscode from 'vscode';
import { plainText } from '../base/index.ts';
import type { Replaced } from '../push/index.ts';
import { formatReference } from '../reference/index.ts';
import { thereFacts } from './push-words.ts';
import { formatAge } from './quantities.ts';

/** `elsewhere`: the person wants another tag for this image. */
export type ReplaceAnswer = 'replace' | 'elsewhere' | 'cancel';

const replace = 'Replace';

/** Asks whether a push may replace what a tag holds. Escape and Cancel say no. */
export async function askToReplace(replaced: Replaced): Promise<ReplaceAnswer> {
  const { ours } = replaced;
  const elsewhere = 'Choose Another Tag';
  const origin = ours
    ? `It was pushed from here ${formatAge(new Date(ours.at))}, and others may rely on it.`
    : 'It was not pushed from here.';
  const answer = await ask(replaced, [origin], replace, elsewhere);
  if (answer === replace) return 'replace';
  return answer === elsewhere ? 'elsewhere' : 'cancel';
}

/** The same where no push would do it. */
export async function mayReplace(replaced: Omit<Replaced, 'ours' | 'there'>): Promise<boolean> {
  return (await ask(replaced, [], replace)) === replace;
}

function ask(
  { target, digest, imageId, there }: Replaced,
  lines: readonly string[],
  ...buttons: readonly string[]
): Thenable<string | undefined> {
  const now = [plainText(digest, 100), ...(there ? thereFacts(there) : [])].join(', ');
  const facts = [`There now: ${now}`, `This image: ${plainText(imageId, 100)}`];
  return vscode.window.showWarningMessage(
    plainText(`${formatReference(target)} holds another image. Replace it?`, 400),
    { modal: true, detail: [...lines, ...facts].join('\n') },
    ...buttons,
  );
}
