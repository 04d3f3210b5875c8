import * as vscode from 'vscode';
import { messageOf } from '../../base/index.ts';
import type { Repository } from '../../reference/index.ts';
import { EnterMessage, type WhoPushes } from './enter-message.ts';
import { type Answer, showStep, type StepFrame } from './step.ts';

/** What a text that was typed means. */
export interface Meaning<T> {
  readonly answer: T;
  /** What Enter does, in whole words. */
  readonly words: string;
  /** Where it goes. */
  readonly repositories: readonly Repository[];
  /** What it would do there. */
  readonly look?: (signal: AbortSignal) => Promise<string>;
}

/** A button in the title bar that goes on in another way. */
export interface TypedButton<T> {
  /** Of VS Code's icons, as `tag`. */
  readonly icon: string;
  readonly tooltip: string;
  /** @throws Error with what is wrong with the text */
  readonly read: (text: string) => T;
}

export interface TypedStep<T> {
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  readonly valueSelection?: readonly [number, number];
  /** @throws Error with what is wrong and what to write instead */
  readonly read: (text: string) => Meaning<T>;
  readonly button?: TypedButton<T>;
  readonly whoPushes: WhoPushes;
  /** Told each text, so that it is there again on the way back. */
  readonly typed: (value: string) => void;
}

/** Asks for a text. Below it stands, live, what Enter does and as whom, or what is wrong. */
export function askTyped<T>(
  frame: StepFrame,
  { prompt, placeholder, value, valueSelection, read, button, whoPushes, typed }: TypedStep<T>,
): Promise<Answer<T>> {
  const input = vscode.window.createInputBox();
  input.prompt = prompt;
  input.placeholder = placeholder;
  input.value = value;
  if (valueSelection) input.valueSelection = valueSelection;
  const below = new EnterMessage((message) => {
    input.validationMessage = { message, severity: vscode.InputBoxValidationSeverity.Info };
  }, whoPushes);
  const refuse = (error: unknown): void => {
    below.silence();
    input.validationMessage = { message: messageOf(error), severity: vscode.InputBoxValidationSeverity.Error };
  };
  const judge = (): Meaning<T> | undefined => {
    try {
      const meaning = read(input.value.trim());
      below.say(meaning.words, meaning.repositories, meaning.look);
      return meaning;
    } catch (error) {
      refuse(error);
      return undefined;
    }
  };
  judge();
  const more = button && { iconPath: new vscode.ThemeIcon(button.icon), tooltip: button.tooltip };
  if (more) input.buttons = [more];
  return showStep<T>(input, frame, (answer, store) => {
    store.add({ dispose: () => below.silence() });
    store.add(
      input.onDidChangeValue((now) => {
        typed(now);
        judge();
      }),
    );
    store.add(
      input.onDidAccept(() => {
        const meaning = judge();
        if (meaning) answer(meaning.answer);
      }),
    );
    store.add(
      input.onDidTriggerButton((pressed) => {
        if (!button || pressed !== more) return;
        try {
          answer(button.read(input.value.trim()));
        } catch (error) {
          refuse(error);
        }
      }),
    );
  });
}
