import type { CDPSession, Locator, Page } from 'playwright-core';
import { openProfile } from './chromium.ts';
import type { Profile, ProfileOptions } from './chromium.ts';
import { tellOnFailure } from './failure-report.ts';
import * as inPage from './in-page.ts';
import type { Input, Notification, NotificationChange, Row } from './in-page.ts';
import { QuickInput } from './quick-input.ts';
import { reportLine } from './report.ts';
import { until } from './until.ts';
import type { VSCodeServer } from './vscode-server.ts';

/** What an empty view says instead of rows. */
export interface Welcome {
  texts: string[];
  /** The labels of its wide buttons. */
  buttons: string[];
  /** The labels of links within its texts. */
  links: string[];
}

export interface WorkbenchOptions extends ProfileOptions {
  /** The absolute path of the folder that is opened. */
  folder: string;
  /**
   * How many repositories the engine in use has images of, where that is known: before a menu is opened, Images has drawn
   * as many. While it draws all rows anew the editor knows none, and what is chosen then is about nothing.
   */
  repositories?: () => Promise<number | undefined>;
  /** A workbench in whose browser profile this one opens, as another window of the same person. */
  beside?: Workbench;
}

export type { Input, Notification, NotificationChange, Row } from './in-page.ts';

/** Opens the editor in Chromium and waits until it has the extension's icon in its activity bar. */
export async function openWorkbench(server: VSCodeServer, options: WorkbenchOptions): Promise<Workbench> {
  const { beside } = options;
  const profile = beside ? beside.profile : await openProfile(options);
  const page = await profile.context.newPage();
  await page.addInitScript({ content: inPage.recordNotifications });
  await page.addInitScript({ content: inPage.recordInputs });
  await page.addInitScript({ content: inPage.recordEvents });
  const forget = tellOnFailure(async () => {
    // A test's own hook may be about to close the page: that is asked first.
    const [screen, events, history, log] = await Promise.all([
      page.evaluate<string>(inPage.screen),
      page.evaluate<string[]>(inPage.lastEvents),
      page.evaluate<NotificationChange[]>(inPage.notificationHistory),
      server.extensionLog(),
    ]);
    const toasts = history.slice(-4).map(({ at, text }) => `toast at ${at} ms: ${text}`);
    return [screen, ...events, ...toasts, ...log.trimEnd().split('\n').slice(-12)].join('\n');
  });
  const close = (): Promise<void> => {
    forget();
    return beside ? page.close() : profile.close();
  };
  const workbench = new Workbench(page, profile, close, options.repositories);
  try {
    await page.goto(`${server.url}/?folder=${encodeURIComponent(options.folder)}`);
    await workbench.waitUntilReady();
    return workbench;
  } catch (error) {
    await workbench.close();
    throw error;
  }
}

/** The workbench as a person uses it. Whatever is done to a part waits until that part is there. */
export class Workbench {
  /** For what has no word here. */
  readonly page: Page;
  readonly profile: Profile;
  readonly quickInput: QuickInput;
  /** Closes its page, and the profile if it was opened for this workbench. */
  readonly close: () => Promise<void>;
  readonly #repositories: WorkbenchOptions['repositories'];
  #elsewhere: Page | undefined;
  #protocol: CDPSession | undefined;

  constructor(
    page: Page,
    profile: Profile,
    close: () => Promise<void>,
    repositories?: WorkbenchOptions['repositories'],
  ) {
    this.#repositories = repositories;
    this.page = page;
    this.profile = profile;
    this.quickInput = new QuickInput(page);
    this.close = close;
  }

  /** Waits until the extension's icon is in the activity bar, so all contributions are known. */
  async waitUntilReady(): Promise<void> {
    await this.#activityBarItem.waitFor();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.waitUntilReady();
  }

  /** Waits until the browser has stored what an extension remembers: the editor does so a moment later, and a reload would lose it. */
  async untilStored(words: string): Promise<void> {
    await until(`the browser has stored ${words}`, () => this.page.evaluate<boolean>(inPage.isStored(words)));
  }

  /** Clicks the extension's icon in the activity bar, unless its views are open. */
  async openDockerPush(): Promise<void> {
    const views = this.#sideBar.locator('[id="workbench.view.extension.dockerPush"]');
    // A click on the icon of what is open closes it, and after a reload it may be just about to open by itself.
    await until('the views of Docker Push are open', async () => {
      if (await views.isVisible()) return true;
      if (await this.#activityBarItem.and(this.page.locator('.checked')).isVisible()) return false;
      await this.#activityBarItem.locator('a').click();
      // Its name would hover over what comes.
      await this.page.mouse.move(800, 600);
      return views.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => false,
      );
    });
  }

  /**
   * The row of a tree in the side bar.
   *
   * @param label what the row shows as its label, or its whole name for a screen reader, or that name up to a comma
   * @param view the title of a view, when two views may have such a row
   */
  row(label: string, view?: string): Locator {
    const rows = this.#tree(view).getByRole('treeitem');
    const shown = this.page.locator('.label-name').getByText(label, { exact: true });
    const named = rows.and(this.page.getByRole('treeitem', { name: new RegExp(`^${escaped(label)}(,|$)`) }));
    return rows.filter({ has: shown }).or(named);
  }

  /** What the rows show, from top to bottom: label and description with a space between them. */
  async rows(view?: string): Promise<string[]> {
    return (await this.rowDetails(view)).map(({ text }) => text);
  }

  rowDetails(view?: string): Promise<Row[]> {
    return this.page.evaluate<Row[]>(inPage.rows(view));
  }

  async expand(label: string, view?: string): Promise<void> {
    const row = this.row(label, view);
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click();
    await row.and(this.page.locator('[aria-expanded="true"]')).waitFor();
    await row.locator('.codicon-tree-item-loading').waitFor({ state: 'detached' });
  }

  /** Right-clicks a row and chooses from the menu that opens; `opened` is called while it stands open. */
  contextMenu(rowLabel: string, itemLabel: string, opened?: () => Promise<void>): Promise<void> {
    return this.#choose(this.row(rowLabel), itemLabel, opened);
  }

  /** The same in a view that is one of several with such a row. */
  contextMenuIn(view: string, rowLabel: string, itemLabel: string): Promise<void> {
    return this.#choose(this.row(rowLabel, view), itemLabel);
  }

  async #choose(row: Locator, itemLabel: string, opened?: () => Promise<void>): Promise<void> {
    await this.#untilDrawn();
    // A hover of what is under the mouse now could cover the row.
    await this.page.mouse.move(0, 0);
    const item = this.#menuItem.filter({ has: this.page.getByText(itemLabel, { exact: true }) });
    // A tree that was being drawn anew just then takes the keyboard back, and with that the menu closes. It is told, with
    // what came before, and a person clicks again.
    await until(`the menu with ${itemLabel} is open`, async () => {
      await row.click({ button: 'right' });
      const isOpen = await item.waitFor({ timeout: 5_000 }).then(
        () => true,
        () => false,
      );
      if (!isOpen) {
        const events = (await this.page.evaluate<string[]>(inPage.lastEvents)).map((event) => `\n    ${event}`);
        console.log('%s', reportLine(`! A right-click opened no menu with ${itemLabel}:${events.join('')}`));
        await this.page.keyboard.press('Escape');
      }
      return isOpen;
    });
    // For its first moments a menu ignores the mouse button, lest the click that opened it choose from it.
    await item.hover();
    await item.and(this.page.locator('.focused')).waitFor();
    await opened?.();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.monaco-menu').waitFor({ state: 'hidden' });
  }

  async #untilDrawn(): Promise<void> {
    await until('Images shows what the engine has', async () => {
      const shown = await this.page.evaluate<number | null>(inPage.topRows('Images'));
      const held = await this.#repositories?.();
      return shown === null || held === undefined || shown === held;
    });
  }

  /** The labels in a row's context menu, from top to bottom; the menu is closed again. */
  async contextMenuItems(rowLabel: string): Promise<string[]> {
    await this.row(rowLabel).click({ button: 'right' });
    await this.#menuItem.first().waitFor();
    const labels = await this.#menuItem.locator('.action-label:not(.separator)').allInnerTexts();
    await this.page.keyboard.press('Escape');
    await this.page.locator('.monaco-menu').waitFor({ state: 'hidden' });
    return labels;
  }

  /** Runs a command from the palette, by its whole title: "Docker Push: Refresh". */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.fill(`>${title}`);
    await this.quickInput.pick(title);
  }

  /** The toasts that are up, from top to bottom. */
  notifications(): Promise<Notification[]> {
    return this.page.evaluate<Notification[]>(inPage.notifications);
  }

  /** Every toast since the page was loaded, with each of its changes, in their order. */
  notificationHistory(): Promise<NotificationChange[]> {
    return this.page.evaluate<NotificationChange[]>(inPage.notificationHistory);
  }

  /**
   * Waits until a toast's text matches, and returns the toast as it was then. One that shows progress is a toast too.
   *
   * @param patience in milliseconds
   */
  async waitForNotification(pattern: string | RegExp, patience?: number): Promise<Notification> {
    const expression = inPage.notificationLike(typeof pattern === 'string' ? new RegExp(escaped(pattern)) : pattern);
    const timeout = patience === undefined ? {} : { timeout: patience };
    const found = await this.page.waitForFunction(expression, undefined, timeout).catch(async (error: unknown) => {
      const shown = JSON.stringify(await this.notificationHistory(), undefined, 2);
      throw new Error(`No notification like ${String(pattern)} came. Shown so far: ${shown}`, { cause: error });
    });
    return (await found.jsonValue()) as Notification;
  }

  /** Waits until no toast shows progress: it stays up for a moment beside the toast with the result. */
  async waitUntilProgressIsGone(): Promise<void> {
    await this.page.waitForFunction(`!(${inPage.notifications}).some((toast) => 'progress' in toast)`);
  }

  /** Closes every toast that is up. */
  async clearNotifications(): Promise<void> {
    const toast = this.#toast.first();
    await until('no toast is up', async () => {
      if ((await this.#toast.count()) === 0) return true;
      // Its button appears below the mouse. One that shows progress cannot be closed, and may go just now.
      await toast.hover({ timeout: 1_000 }).catch(() => undefined);
      await toast
        .locator('.codicon-notifications-clear')
        .click({ timeout: 1_000 })
        .catch(() => undefined);
      return false;
    });
  }

  /** What the person did meanwhile. */
  async inputsDuring(deed: () => Promise<unknown>): Promise<Input[]> {
    const inputs = (): Promise<Input[]> => this.page.evaluate<Input[]>(inPage.inputs);
    const before = (await inputs()).length;
    await deed();
    return (await inputs()).slice(before);
  }

  /** Clicks a button by its exact text, in whichever toast has it. */
  async clickNotificationButton(text: string): Promise<void> {
    await this.#toast.getByRole('button', { name: text, exact: true }).click();
  }

  /** A status-bar item, by the id the extension gave it or by what it shows. */
  statusBarItem(item: string | RegExp): Locator {
    const items = this.page.locator('.part.statusbar .statusbar-item');
    return typeof item === 'string'
      ? items.and(this.page.locator(`[id$=".${item}"]`))
      : items.filter({ hasText: item });
  }

  /** What a row's tooltip says. */
  async tooltip(rowLabel: string, view?: string): Promise<string> {
    const hover = this.page.locator('.workbench-hover .monaco-hover-content');
    const away = async (): Promise<void> => {
      await this.page.mouse.move(800, 600);
      await this.page.mouse.move(810, 610);
    };
    const shown = async (): Promise<string | undefined> =>
      (await hover.filter({ visible: true }).allInnerTexts())[0]?.replaceAll('\u00A0', ' ').trim();
    // One opens with a delay, also where the mouse has just left, and goes with the mouse's next move; one that the
    // keyboard opened stays until another comes.
    let before: string | undefined;
    // What hovered elsewhere may come once more while the mouse is on its way.
    const others = new Set<string>();
    await until('what hovers comes to rest', async () => {
      await away();
      const now = await shown();
      const isAtRest = now === undefined || now === before;
      before = now;
      if (now !== undefined) others.add(now);
      return isAtRest;
    });
    const label = this.row(rowLabel, view).locator('.label-name');
    return until(`something hovers over ${rowLabel}`, async () => {
      await label.hover();
      try {
        // What takes a moment is announced; the mouse stays where it is.
        return await until(
          'it is told',
          async () => {
            const now = await shown();
            return now !== undefined && !others.has(now) && !/^\s*Loading/u.test(now) ? now : undefined;
          },
          5_000,
        );
      } catch {
        // A row that was drawn anew under the mouse tells nothing until the mouse comes back.
        await away();
        return undefined;
      }
    });
  }

  /**
   * Drags a row of Images to a row of Registries; `over` is called while it hangs there. By the events that the browser
   * sends for it: Chromium begins no drag for a mouse that a program moves.
   */
  async drag(from: string, to: string, over?: () => Promise<void>): Promise<void> {
    const [source, target] = [this.row(from, 'Images'), this.row(to, 'Registries')];
    const dataTransfer = await this.page.evaluateHandle('new DataTransfer()');
    await source.dispatchEvent('dragstart', { dataTransfer });
    await target.dispatchEvent('dragenter', { dataTransfer });
    await target.dispatchEvent('dragover', { dataTransfer });
    await over?.();
    await target.dispatchEvent('drop', { dataTransfer });
    await source.dispatchEvent('dragend', { dataTransfer });
  }

  /** The modal dialog: its message and detail, and its buttons from left to right. Waits for one. */
  async dialog(): Promise<{ text: string; buttons: string[] }> {
    await this.#dialog.locator('.dialog-message-container').waitFor();
    return {
      text: await this.#dialog.locator('.dialog-message-container').innerText(),
      buttons: await this.#dialog.locator('.dialog-buttons .monaco-button').allInnerTexts(),
    };
  }

  async clickDialogButton(text: string): Promise<void> {
    await this.#dialog.getByRole('button', { name: text, exact: true }).click();
    await this.#dialog.waitFor({ state: 'hidden' });
  }

  /** Takes the focus from the window: another page comes to the front. */
  async loseFocus(): Promise<void> {
    const { context } = this.profile;
    // Otherwise every page believes that it has the focus, whichever is in front.
    this.#protocol ??= await context.newCDPSession(this.page);
    await this.#protocol.send('Emulation.setFocusEmulationEnabled', { enabled: false });
    this.#elsewhere ??= await context.newPage();
    await this.#elsewhere.bringToFront();
    await this.page.waitForFunction('!document.hasFocus()', undefined, { polling: 20 });
  }

  /** Gives the focus back to the window. */
  async gainFocus(): Promise<void> {
    await this.page.bringToFront();
    await this.page.waitForFunction('document.hasFocus()', undefined, { polling: 20 });
    await this.#elsewhere?.close();
    this.#elsewhere = undefined;
  }

  /** What the view says while it is empty. Waits until it is. */
  async welcome(viewTitle: string): Promise<Welcome> {
    const content = this.#welcome(viewTitle);
    await content.waitFor();
    return {
      texts: await content.locator('p').allInnerTexts(),
      buttons: await content.locator('.monaco-button').allInnerTexts(),
      links: await content.locator('p .monaco-link').allInnerTexts(),
    };
  }

  /** Clicks a button or a link of an empty view. */
  async clickWelcome(viewTitle: string, label: string): Promise<void> {
    await this.#welcome(viewTitle).getByRole('button', { name: label, exact: true }).click();
  }

  /** Expands a view, and waits until it is. */
  async expandView(viewTitle: string): Promise<void> {
    const header = this.#view(viewTitle).locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
    await header.and(this.page.locator('[aria-expanded="true"]')).waitFor();
  }

  /** What a view shows beside its title; empty when that is nothing, as for the only view of a container. */
  async viewDescription(viewTitle: string): Promise<string> {
    const description = this.#view(viewTitle).locator('.pane-header .description').filter({ visible: true });
    return (await description.allInnerTexts()).join('');
  }

  clipboard(): Promise<string> {
    return this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  /** Saves a picture of the whole window as PNG. */
  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path, animations: 'disabled' });
  }

  get #activityBarItem(): Locator {
    return this.page.locator('.activitybar .action-item', {
      has: this.page.locator('a.action-label[aria-label^="Docker Push"]'),
    });
  }

  get #sideBar(): Locator {
    return this.page.locator('.part.sidebar');
  }

  get #menuItem(): Locator {
    return this.page.locator('.monaco-menu .action-item');
  }

  get #toast(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }

  get #dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  #view(title: string): Locator {
    // By text and not by role: the only view of a container has no header that could be seen.
    const exactly = this.page.locator('.pane-header .title').getByText(title, { exact: true });
    return this.#sideBar.locator('.pane').filter({ has: exactly });
  }

  #tree(view: string | undefined): Locator {
    return (view ? this.#view(view) : this.#sideBar).getByRole('tree');
  }

  #welcome(viewTitle: string): Locator {
    return this.#view(viewTitle).locator('.welcome-view-content');
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
