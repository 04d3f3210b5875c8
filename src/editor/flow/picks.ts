/**
 * Which rows are picked in a list whose rows are replaced while a person picks. The editor tells what is picked in its window;
 * that may be from before the last rows came there, and it tells also what it was given itself. Neither is a person's doing.
 */
export class Picks {
  readonly #picked: Set<string>;
  /** What the editor last told. */
  #told: ReadonlySet<string> = new Set();
  /** What was given to the editor and it has not told yet. */
  #given: ReadonlySet<string>[] = [];

  constructor(picked: readonly string[]) {
    this.#picked = new Set(picked);
  }

  has(row: string): boolean {
    return this.#picked.has(row);
  }

  /** One that is picked in another way than in the list. */
  add(row: string): void {
    this.#picked.add(row);
  }

  /** To be given to the editor now. It tells of it later, unless it is empty. */
  give(): ReadonlySet<string> {
    const given = new Set(this.#picked);
    this.#given.push(given);
    return given;
  }

  /**
   * The editor tells what is picked there.
   *
   * @returns whether a person changed it while something was on the way that undoes this there, so that it is to be given anew
   */
  hear(rows: readonly string[]): boolean {
    const told = new Set(rows);
    const known = this.#given.findLastIndex((given) => isSame(given, told));
    if (known !== -1) {
      this.#given.splice(0, known + 1);
      this.#told = told;
      return false;
    }
    const last = this.#given.at(-1);
    // Rows that are new there are picked in a second step.
    if (last !== undefined && last.size > 0 && told.size === 0) return false;
    if (last?.size === 0) {
      this.#told = last;
      this.#given = [];
    }
    for (const row of told) if (!this.#told.has(row)) this.#picked.add(row);
    for (const row of this.#told) if (!told.has(row)) this.#picked.delete(row);
    this.#told = told;
    return this.#given.length > 0;
  }
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((row) => other.has(row));
}
