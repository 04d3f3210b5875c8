/** What must be released: a listener, a timer, a connection. Has the shape of VS Code's own. */
export interface Disposable {
  dispose(): void;
}

/** Releases what was added, in reverse order, once; what is added afterwards is released at once. */
export class DisposableStore implements Disposable {
  #items: Disposable[] = [];
  #disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  dispose(): void {
    this.#disposed = true;
    for (const item of this.#items.splice(0).reverse()) item.dispose();
  }
}
