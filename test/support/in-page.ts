/**
 * What runs inside the page, as text: the project's types know no browser. Each expression reads everything in one
 * go, so that what it returns was on the screen at one moment.
 */

/** A notification toast as shown. */
export interface Notification {
  severity: 'info' | 'warning' | 'error';
  /** What a person reads, links as their text. */
  text: string;
  buttons: string[];
  /** Per cent; absent when it shows no progress. */
  progress?: number | 'indeterminate';
}

/** A toast that came up, or one that changed. */
export interface NotificationChange extends Notification {
  /** Milliseconds since the page began to load. */
  at: number;
  /** The same for the same toast; rises from toast to toast. */
  toast: number;
}

const readToast = `(toast) => {
  const icon = toast.querySelector('.notification-list-item-icon').classList;
  const bar = toast.parentElement.querySelector('.monaco-progress-container.active');
  const progress = bar?.classList.contains('discrete') ? Number(bar.getAttribute('aria-valuenow')) : 'indeterminate';
  return {
    severity: ['error', 'warning'].find((severity) => icon.contains('codicon-' + severity)) ?? 'info',
    text: toast.querySelector('.notification-list-item-message').textContent.trim(),
    buttons: [...toast.querySelectorAll('.notification-list-item-buttons-container .monaco-button')]
      .map((button) => button.textContent.trim()),
    ...(bar ? { progress } : {}),
  };
}`;

/** The toasts that are up, from top to bottom. */
export const notifications = `[...document.querySelectorAll('.notifications-toasts .notification-list-item')]
  .map(${readToast})`;

/** The first toast whose text matches, or null. */
export function notificationLike(pattern: RegExp): string {
  const [source, flags] = [JSON.stringify(pattern.source), JSON.stringify(pattern.flags.replace('g', ''))];
  return `(${notifications}).find(({ text }) => new RegExp(${source}, ${flags}).test(text)) ?? null`;
}

/** Run before the page's own scripts, writes down every change of every toast; {@link notificationHistory} reads it. */
export const recordNotifications = `{
  const history = (globalThis.shownNotifications = []);
  const read = ${readToast};
  const known = new WeakMap();
  let toasts = 0;
  new MutationObserver(() => {
    for (const element of document.querySelectorAll('.notifications-toasts .notification-list-item')) {
      const row = element.closest('.notification-toast');
      const before = known.get(row) ?? { toast: ++toasts, shown: '' };
      const now = read(element);
      const shown = JSON.stringify(now);
      if (now.text === '' || shown === before.shown) continue;
      known.set(row, { toast: before.toast, shown });
      history.push({ ...now, at: Math.round(performance.now()), toast: before.toast });
    }
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}`;

export const notificationHistory = `globalThis.shownNotifications`;

/** Run before the page's own scripts, writes down what the person does; {@link inputs} reads it. */
export const recordInputs = `{
  const inputs = (globalThis.personInputs = []);
  const note = (input, { isTrusted }) => isTrusted && inputs.push(input);
  addEventListener('mousedown', (event) => note(event.button === 2 ? 'right-click' : 'click', event), true);
  addEventListener('keydown', (event) => ['Enter', 'Escape'].includes(event.key) && note(event.key, event), true);
}`;

/** Run before the page's own scripts, keeps the last moves of mouse, focus and menus, and what went wrong; {@link lastEvents} tells them. */
export const recordEvents = `{
  const events = (globalThis.lastEvents = []);
  const at = (element) => {
    const near = element?.closest?.('[id], .monaco-list-row, .monaco-menu, .quick-input-widget') ?? element;
    const name = (near?.id || near?.className || near?.nodeName || 'nothing') + ' ' + (near?.ariaLabel ?? '');
    return name.replaceAll(/\\s+/g, ' ').slice(0, 80);
  };
  const note = (what) => {
    events.push(Math.round(performance.now()) + ' ms: ' + what);
    if (events.length > 24) events.shift();
  };
  for (const type of ['mousedown', 'contextmenu', 'focusin', 'keydown'])
    addEventListener(type, (event) => note(type + ' ' + (event.key ?? '') + ' at ' + at(event.target)), true);
  for (const type of ['blur', 'focus'])
    addEventListener(type, (event) => event.target === globalThis && note('window ' + type), true);
  for (const type of ['error', 'unhandledrejection'])
    addEventListener(type, ({ message, reason }) => note(type + ' ' + String(message ?? reason).slice(0, 200)));
  const { error } = console;
  console.error = (...words) => {
    note('console ' + words.map(String).join(' ').slice(0, 300));
    error.apply(console, words);
  };
  let hadMenu = false;
  new MutationObserver(() => {
    const hasMenu = document.querySelector('.monaco-menu') !== null;
    if (hasMenu !== hadMenu) note(hasMenu ? 'a menu opens' : 'the menu closes');
    hadMenu = hasMenu;
  }).observe(document, { subtree: true, childList: true });
}`;

export const lastEvents = `globalThis.lastEvents`;

/**
 * One thing that a person decides and sends off: a press of a mouse button, of Enter or of Escape. What is typed or
 * moved to before an Enter or a click belongs to it; so opening the palette (F1) belongs to the line that is typed after it.
 * The page itself counts, so nothing that reaches it can be left out.
 */
export type Input = 'click' | 'right-click' | 'Enter' | 'Escape';

/** Every input since the page was loaded, in their order. */
export const inputs = `globalThis.personInputs`;

/** What a person sees of the parts that matter here, as lines; and whether the window has the focus. */
export const screen = `[
  '.part.sidebar', '.part.statusbar',
  '.quick-input-widget', '.monaco-dialog-box', '.notifications-toasts', '.monaco-menu', '.workbench-hover',
].flatMap((selector) => [...document.querySelectorAll(selector)].map((element) => {
  if (!element.checkVisibility()) return '';
  const typed = [...element.querySelectorAll('input')].map(({ value }) => '[' + value + ']');
  const text = [element.innerText, ...typed].join(' ').replaceAll(/\\s+/g, ' ').trim();
  return text === '' ? '' : selector + ': ' + text.slice(0, 1000);
})).filter((line) => line !== '').join('\\n') + '\\nfocus: ' + document.hasFocus() + ', ' + document.visibilityState`;

/** A text in the page, and where. */
export interface TextInPage {
  where: string;
  text: string;
}

/** All that is written in the page, shown or not: texts, what is typed, and what attributes say. */
export const textsOnScreen = `[...document.querySelectorAll('*')].flatMap((element) => [
  ...[...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data),
  ...[...element.attributes].map(({ value }) => value),
  ...(typeof element.value === 'string' ? [element.value] : []),
].filter((text) => text !== '').map((text) => ({ where: element.tagName + '.' + element.className, text })))`;

/** All that the page has stored in the browser; bytes as Latin-1. */
export const storedTexts = `(async () => {
  const found = [];
  const latin1 = (bytes) => new TextDecoder('latin1').decode(bytes);
  const collect = async (where, value) => {
    if (value instanceof Blob) value = await value.arrayBuffer();
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) found.push({ where, text: latin1(value) });
    else if (value && typeof value === 'object')
      for (const [key, held] of value instanceof Map ? value : Object.entries(value)) await collect(where + '/' + key, held);
    else found.push({ where, text: String(value) });
  };
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  await collect('localStorage', { ...localStorage });
  await collect('sessionStorage', { ...sessionStorage });
  await collect('cookies', document.cookie);
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const [keys, values] = await Promise.all(['getAllKeys', 'getAll'].map((all) =>
        done(database.transaction(store).objectStore(store)[all]())));
      for (const [index, key] of keys.entries()) await collect(name + '/' + store + '/' + key, values[index]);
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      await collect('cache/' + name + '/' + request.url, await (await cache.match(request)).arrayBuffer());
  }
  return found;
})()`;

/** Whether the editor has stored something in the browser: its settings of windows, and what extensions remember. */
export function isStored(words: string): string {
  return `(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      try {
        if (!database.objectStoreNames.contains('ItemTable')) continue;
        const items = await done(database.transaction('ItemTable').objectStore('ItemTable').getAll());
        if (items.some((item) => String(item).includes(${JSON.stringify(words)}))) return true;
      } finally {
        database.close();
      }
    }
    return false;
  })()`;
}

/** One row of a tree. */
export interface Row {
  /** Label and description, with a space between them. */
  text: string;
  /** What a screen reader says. */
  name: string;
  level: number;
  expanded: boolean | null;
}

/** The rows of every tree in the side bar, or in the view with this title. A row outside the viewport is not there. */
export function rows(viewTitle: string | undefined): string {
  return `[...document.querySelectorAll('.part.sidebar .pane')]
    .filter((pane) => ${JSON.stringify(viewTitle ?? null)} === null ||
      pane.querySelector('.pane-header .title').textContent === ${JSON.stringify(viewTitle ?? null)})
    .flatMap((pane) => [...pane.querySelectorAll('[role="treeitem"]')]
      .sort((one, other) => Number(one.dataset.index) - Number(other.dataset.index)))
    .map((row) => ({
      text: [...row.querySelectorAll('.label-name, .label-description')].map((part) => part.textContent).join(' '),
      name: row.getAttribute('aria-label'),
      level: Number(row.getAttribute('aria-level')),
      expanded: row.hasAttribute('aria-expanded') ? row.getAttribute('aria-expanded') === 'true' : null,
    }))`;
}

/** How many rows a view has at its top level, in the viewport or not; null where none is seen. */
export function topRows(viewTitle: string): string {
  return `(() => {
    const pane = [...document.querySelectorAll('.part.sidebar .pane')]
      .find((pane) => pane.querySelector('.pane-header .title').textContent === ${JSON.stringify(viewTitle)});
    const row = pane?.querySelector('[role="treeitem"][aria-level="1"]');
    return row ? Number(row.getAttribute('aria-setsize')) : null;
  })()`;
}

/** One row of a quick pick. */
export interface QuickInputItem {
  label: string;
  description: string;
  detail: string;
  /** The heading of the group that begins with this row. */
  separator: string;
}

/** The rows of the quick pick. A row outside the viewport is not there. */
export const quickInputItems = `[...document.querySelectorAll('.quick-input-list .monaco-list-row')]
  .sort((one, other) => Number(one.dataset.index) - Number(other.dataset.index))
  .map((row) => {
    const text = (selector) => row.querySelector(selector)?.textContent ?? '';
    return {
      label: text('.quick-input-list-row:first-child .label-name'),
      description: text('.quick-input-list-row:first-child .label-description'),
      detail: text('.quick-input-list-label-meta .label-name'),
      separator: text('.quick-input-list-separator'),
    };
  })`;

/** The labels of the rows of the quick pick that are picked, and of the one that the keyboard is on. */
export const pickedRows = `((rows) => ({
  picked: rows('[aria-checked="true"]'),
  active: rows('.focused')[0] ?? '',
}))((which) => [...document.querySelectorAll('.quick-input-list .monaco-list-row' + which)]
  .sort((one, other) => Number(one.dataset.index) - Number(other.dataset.index))
  .map((row) => row.querySelector('.quick-input-list-row:first-child .label-name')?.textContent ?? ''))`;
