/**
 * The names that this extension itself gave to images. The engine tells of each as of any other tag, and a tag of ours is
 * no sign that something was built.
 */
export class OwnTags {
  readonly #expected = new Map<string, number>();

  /** A canonical reference that is about to be tagged: one event for it will be ours. */
  expect(reference: string): void {
    this.#expected.set(reference, (this.#expected.get(reference) ?? 0) + 1);
  }

  /** Whether the event that came for this reference was one of ours. */
  take(reference: string): boolean {
    const count = this.#expected.get(reference) ?? 0;
    if (count === 0) return false;
    if (count === 1) this.#expected.delete(reference);
    else this.#expected.set(reference, count - 1);
    return true;
  }
}
