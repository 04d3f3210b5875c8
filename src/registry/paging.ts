import { RegistryError } from './errors.ts';
import * as headers from './headers.ts';
import type { Session } from './session.ts';
import type { Answer } from './wire.ts';

/** A part of a list. It may have more or fewer items than were asked for: some registries send the whole at once. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins, to be given as `after`; absent when this is the last. */
  readonly next?: string;
}

export interface PageRequest {
  /** Items in a page; 100 when absent, 1000 at most. */
  readonly limit?: number | undefined;
  /** The `next` of the page before; the first page when absent. */
  readonly after?: string | undefined;
}

const usualLimit = 100;
/** Amazon ECR refuses more with a status of 405. */
const highestLimit = 1_000;

/**
 * The query that asks for a page.
 *
 * @param startAfter the item after which the first page begins
 */
export function pageQuery({ limit = usualLimit, after }: PageRequest, startAfter?: string): string {
  const query = new URLSearchParams(after);
  if (!query.has('n')) query.set('n', String(Math.min(Math.max(Math.trunc(limit), 1), highestLimit)));
  if (after === undefined && startAfter !== undefined) query.set('last', startAfter);
  return query.toString();
}

/**
 * The page that an answer holds. Of the Link to the next one only the query counts, and goes where this page came from:
 * so nothing is sent to another place, and a path that is wrong does no harm (that of Artifactory's virtual repositories
 * is: RTFACT-18971). An empty page is the last, whatever it says.
 *
 * @param query with which it was asked for
 * @param listed what the registry lists
 * @param read one of them; undefined for what cannot be used, which is left out
 * @throws RegistryError if the next page would be this one
 */
export function pageOf<L, T>(
  session: Session,
  { answer, query, listed }: { answer: Answer; query: string; listed: readonly L[] },
  read: (listed: L) => T | undefined,
): Page<T> {
  const items = listed.flatMap((one) => read(one) ?? []);
  const target = nextLink(answer.headers[headers.link]);
  if (listed.length === 0 || target === undefined || !URL.canParse(target, answer.url.href)) return { items };
  const next = new URL(target, answer.url).searchParams.toString();
  if (next === '') return { items };
  if (placeIn(next) === placeIn(query)) throw endless(session.host, answer);
  return { items, next };
}

/** All pages, one after the other. */
export async function* everyPage<T>(
  host: string,
  page: (after: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<readonly T[]> {
  const seen = new Set<string>();
  for (let after: string | undefined; ;) {
    const { items, next } = await page(after);
    yield items;
    if (next === undefined) return;
    if (seen.has(next)) throw endless(host);
    seen.add(next);
    after = next;
  }
}

/** Which page a query means, however long it is. */
function placeIn(query: string): string {
  const place = new URLSearchParams(query);
  place.delete('n');
  return place.toString();
}

function endless(host: string, answer?: Answer): RegistryError {
  const facts = answer && { method: answer.method, url: answer.url, status: answer.status };
  const message = `${host} sends a list that does not end: the next page is one that was there before.`;
  return new RegistryError('registry-error', message, { host, ...facts });
}

const quotedText = String.raw`"(?:[^"\\]|\\.)*"`;
const links = new RegExp(String.raw`<([^>]*)>((?:\s*;\s*[^\s,;="]+(?:\s*=\s*(?:${quotedText}|[^\s,;"]*))?)*)`, 'gu');
const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s,;"]*))/iu;

/** The target of the link that leads to what is next (https://www.rfc-editor.org/rfc/rfc8288#section-3). */
function nextLink(header: string | string[] | undefined): string | undefined {
  for (const [, target, parameters = ''] of String(header ?? '').matchAll(links)) {
    const [, quoted, bare = ''] = relation.exec(parameters) ?? [];
    if ((quoted ?? bare).toLowerCase().split(/\s+/u).includes('next')) return target;
  }
  return undefined;
}
