import * as v from 'valibot';
import type { Page } from '../paging.ts';

/** A page of what begins at `after`; at the beginning when that is absent. */
export type PageOf<T> = (after: string | undefined) => Promise<Page<T>>;

/** How many pages without items are passed over in one go. */
const mostEmpty = 10;
const placeCursor = v.pipe(v.string(), v.parseJson(), v.tuple([v.string(), v.nullable(v.string())]));

/** The page at `after`, or the next that has items: a filter, or a place with nothing in it, leaves pages empty. */
export async function skipEmpty<T>(after: string | undefined, pageOf: PageOf<T>): Promise<Page<T>> {
  let page = await pageOf(after);
  for (let passed = 0; passed < mostEmpty && page.items.length === 0 && page.next !== undefined; passed += 1)
    page = await pageOf(page.next);
  return page;
}

/**
 * Pages of what lies in each of several places, one place after the other in the order of their names. The cursor says
 * which place, and where in it: a place that has gone in between is passed over.
 */
export function eachPlace<T>(
  after: string | undefined,
  places: () => Promise<readonly string[]>,
  pageIn: (place: string, after: string | undefined) => Promise<Page<T>>,
): Promise<Page<T>> {
  return skipEmpty(after, async (at) => {
    const cursor = v.safeParse(placeCursor, at);
    const [from, inner] = cursor.success ? cursor.output : ['', null];
    const names = [...(await places())].sort();
    const place = names.find((name) => name >= from);
    if (place === undefined) return { items: [] };
    const page = await pageIn(place, place === from ? (inner ?? undefined) : undefined);
    if (page.next !== undefined) return { items: page.items, next: JSON.stringify([place, page.next]) };
    const following = names.find((name) => name > place);
    return { items: page.items, ...(following !== undefined && { next: JSON.stringify([following, null]) }) };
  });
}

/** Whether a repository lies in a namespace; every one does where none is given. */
export function isWithin(path: string, namespace: string | undefined): boolean {
  return namespace === undefined || path === namespace || path.startsWith(`${namespace}/`);
}
