import { type Clock, systemClock } from '../../base/index.ts';

/** So long, in milliseconds, what the editor tells may be of the rows before: a window far away needs as much to get the new ones. */
const roundTripMs = 1_000;

/** The editor tells by its place which row was chosen. Where rows were replaced just now, it may mean the one that was there. */
export class RowPlaces<Row> {
  readonly #isSame: (one: Row, other: Row) => boolean;
  readonly #clock: Pick<Clock, 'now'>;
  #before: { readonly rows: readonly Row[]; readonly until: number }[] = [];

  constructor(isSame: (one: Row, other: Row) => boolean, clock: Pick<Clock, 'now'> = systemClock) {
    this.#isSame = isSame;
    this.#clock = clock;
  }

  /** These rows are about to be replaced. */
  replaced(rows: readonly Row[]): void {
    this.#before = [...this.#recent(), { rows, until: this.#clock.now() + roundTripMs }];
  }

  /**
   * The row that a person saw at the place of this one. Undefined where that is not sure.
   *
   * @param chosen one of the rows
   * @param meant the one that is highlighted among the rows as they are now
   * @param isShown whether the editor shows a row for what is typed; it hides others by itself
   */
  seen(
    chosen: Row,
    rows: readonly Row[],
    meant: Row | undefined,
    isShown: (row: Row) => boolean = () => true,
  ): Row | undefined {
    const place = rows.indexOf(chosen);
    const before = this.#recent()
      .flatMap((recent) => recent.rows[place] ?? [])
      .filter(isShown);
    if (before.every((row) => this.#isSame(row, chosen))) return chosen;
    // Whichever list it was of, it is what was meant.
    return meant && before.every((row) => this.#isSame(row, meant) || this.#isSame(row, chosen)) ? meant : undefined;
  }

  #recent() {
    const now = this.#clock.now();
    return this.#before.filter(({ until }) => until > now);
  }
}
