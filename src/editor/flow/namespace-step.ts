import * as vscode from 'vscode';
import { messageOf } from '../../base/index.ts';
import { formatReference, type Reference, type TaggedReference } from '../../reference/index.ts';
import { EnterMessage, type WhoPushes } from './enter-message.ts';
import { targetsUnder } from './names-under.ts';
import { type Answer, showStep, type StepFrame } from './step.ts';

/** Asks for the namespace that several images go to. Below what is typed stands, live, the whole name of each, and as whom. */
export function askNamespace(
  frame: StepFrame,
  registry: string,
  references: readonly Reference[],
  whoPushes: WhoPushes,
  value: string,
  typed: (value: string) => void,
): Promise<Answer<readonly TaggedReference[]>> {
  const input = vscode.window.createInputBox();
  input.prompt = `Namespace at ${registry}`;
  input.placeholder = 'Namespace, as team; each image keeps its own name';
  input.value = value;
  const below = new EnterMessage((message) => {
    input.validationMessage = { message, severity: vscode.InputBoxValidationSeverity.Info };
  }, whoPushes);
  const validate = (): readonly TaggedReference[] | undefined => {
    try {
      const namespace = input.value.trim().replace(/\/$/u, '');
      const targets = targetsUnder(registry, namespace, references);
      const repositories = targets.map(({ repository }) => repository);
      below.say(`Enter pushes ${targets.map(formatReference).join(', ')}`, repositories);
      return targets;
    } catch (error) {
      below.silence();
      input.validationMessage = { message: messageOf(error), severity: vscode.InputBoxValidationSeverity.Error };
      return undefined;
    }
  };
  validate();
  return showStep<readonly TaggedReference[]>(input, frame, (answer, store) => {
    store.add(
      input.onDidChangeValue((now) => {
        typed(now);
        validate();
      }),
    );
    store.add(
      input.onDidAccept(() => {
        const targets = validate();
        if (targets) answer(targets);
      }),
    );
  });
}
