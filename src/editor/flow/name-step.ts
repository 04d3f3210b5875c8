import * as vscode from 'vscode';
import { messageOf } from '../../base/index.ts';
import { formatReference, parseTarget, type TaggedReference } from '../../reference/index.ts';
import { formatBytes } from '../quantities.ts';
import type { Destination } from './destinations.ts';
import { EnterMessage, type WhoPushes } from './enter-message.ts';
import { type Answer, showStep, type StepFrame } from './step.ts';

/** Asks for the name and the tag at a registry. Below what is typed stands, live, the whole of where it will go, and as whom. */
export function askName(
  frame: StepFrame,
  destination: Destination,
  image: { readonly id: string | undefined; readonly sizeBytes: number | undefined },
  whoPushes: WhoPushes,
  value: string,
  typed: (value: string) => void,
): Promise<Answer<TaggedReference>> {
  const input = vscode.window.createInputBox();
  input.prompt = `Name at ${destination.registry}`;
  input.placeholder = 'team/name:tag';
  input.value = value;
  const colon = value.lastIndexOf(':');
  // The tag is what changes most often.
  if (colon !== -1) input.valueSelection = [colon + 1, value.length];
  const below = new EnterMessage((message) => {
    input.validationMessage = { message, severity: vscode.InputBoxValidationSeverity.Info };
  }, whoPushes);
  const validate = (): TaggedReference | undefined => {
    try {
      const target = parseTarget(`${destination.registry}/${input.value.trim()}`);
      const size = image.sizeBytes === undefined ? '' : ` (${formatBytes(image.sizeBytes)})`;
      const what = `${image.id?.slice(0, 19) ?? 'the image'}${size}`;
      below.say(`Enter pushes ${what} to ${formatReference(target)}`, [target.repository]);
      return target;
    } catch (error) {
      below.silence();
      input.validationMessage = { message: messageOf(error), severity: vscode.InputBoxValidationSeverity.Error };
      return undefined;
    }
  };
  validate();
  return showStep<TaggedReference>(input, frame, (answer, store) => {
    store.add(
      input.onDidChangeValue((now) => {
        typed(now);
        validate();
      }),
    );
    store.add(
      input.onDidAccept(() => {
        const target = validate();
        if (target) answer(target);
      }),
    );
  });
}
