import type { Locator, Page } from 'playwright-core';
import { pickedRows, quickInputItems } from './in-page.ts';
import type { QuickInputItem } from './in-page.ts';

export type { QuickInputItem } from './in-page.ts';

export type ValidationSeverity = 'error' | 'warning' | 'info';

/** The box at the top of the workbench in which a person picks and types. It is one and the same for every step. */
export class QuickInput {
  readonly #page: Page;
  readonly #widget: Locator;
  readonly #input: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#widget = page.locator('.quick-input-widget');
    this.#input = this.#widget.locator('input.input');
  }

  isOpen(): Promise<boolean> {
    return this.#widget.isVisible();
  }

  /** Waits until it is open and its title matches: the step after this one opens in the same box. */
  async waitForTitle(title: string | RegExp): Promise<void> {
    await this.#widget.locator('.quick-input-title', { hasText: title }).waitFor();
    await this.#input.waitFor();
  }

  async waitUntilClosed(): Promise<void> {
    await this.#widget.waitFor({ state: 'hidden' });
  }

  /** The title with the number of the step, as "Push api:1 to… (1/2)". */
  async title(): Promise<string> {
    return (await this.#widget.locator('.quick-input-title').innerText()).trim();
  }

  async placeholder(): Promise<string> {
    return (await this.#input.getAttribute('placeholder')) ?? '';
  }

  value(): Promise<string> {
    return this.#input.inputValue();
  }

  items(): Promise<QuickInputItem[]> {
    return this.#page.evaluate<QuickInputItem[]>(quickInputItems);
  }

  /** Where several rows can be picked: the labels of those that are, and of the one that the keyboard is on. */
  picked(): Promise<{ picked: string[]; active: string }> {
    return this.#page.evaluate<{ picked: string[]; active: string }>(pickedRows);
  }

  /** Waits until a row has this label. */
  async waitForItem(label: string): Promise<void> {
    await this.#row(label).waitFor();
  }

  /** The message below the input, a step's prompt included. Empty when there is none. */
  async message(): Promise<string> {
    return (await this.#widget.locator('.quick-input-message').innerText()).trim();
  }

  /** What stands between the input and a list; empty when nothing does. */
  async prompt(): Promise<string> {
    const texts = await this.#widget.locator('.quick-input-message').filter({ visible: true }).allInnerTexts();
    return texts.join('').trim();
  }

  /** The message below the input if it is a judgement on what was typed, else empty. */
  async validationMessage(): Promise<string> {
    return (await this.validationSeverity()) ? this.message() : '';
  }

  async validationSeverity(): Promise<ValidationSeverity | undefined> {
    const classes = ((await this.#widget.locator('.monaco-inputbox').getAttribute('class')) ?? '').split(' ');
    return (['error', 'warning', 'info'] as const).find((severity) => classes.includes(severity));
  }

  /** Waits until what was typed is judged so. */
  async waitForValidation(message: string | RegExp): Promise<void> {
    await this.#widget.locator('.monaco-inputbox:is(.error, .warning, .info)').waitFor();
    await this.#widget.locator('.quick-input-message', { hasText: message }).waitFor();
  }

  /** Waits until what was typed is judged no more. */
  async waitUntilValid(): Promise<void> {
    await this.#widget.locator('.monaco-inputbox:not(.error, .warning, .info)').waitFor();
  }

  /** Types at the cursor, key by key. */
  async type(text: string): Promise<void> {
    await this.#input.pressSequentially(text);
  }

  /** Replaces what is there. */
  async fill(text: string): Promise<void> {
    await this.#input.fill(text);
  }

  async press(key: string): Promise<void> {
    await this.#input.press(key);
  }

  /** Presses Enter. */
  async accept(): Promise<void> {
    await this.press('Enter');
  }

  /** Clicks the row with exactly this label when it has come. */
  async pick(label: string): Promise<void> {
    await this.#row(label).click();
  }

  /** Clicks the arrow that leads to the step before. */
  async back(): Promise<void> {
    await this.clickButton(/^Back\b/);
  }

  /** Clicks a button in the title bar by its tooltip. */
  async clickButton(tooltip: string | RegExp): Promise<void> {
    await this.#widget.locator('.quick-input-titlebar').getByRole('button', { name: tooltip }).click();
  }

  /** Presses Escape and waits until the box has gone. */
  async escape(): Promise<void> {
    await this.press('Escape');
    await this.waitUntilClosed();
  }

  /**
   * The row with this label, and no other that only has it as a part: what was typed is marked within labels. An icon
   * before it leaves a space.
   */
  #row(label: string): Locator {
    const name = new RegExp(`^\\s*${label.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$`);
    const exactly = this.#page
      .locator('.quick-input-list-row:first-child .monaco-icon-name-container')
      .filter({ hasText: name });
    return this.#widget.locator('.quick-input-list .monaco-list-row').filter({ has: exactly });
  }
}
