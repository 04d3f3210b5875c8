/**
 * Path and query of the next page, from a Link header (https://www.rfc-editor.org/rfc/rfc8288#section-3). One on another
 * origin than was asked is none: the credential does not follow it there.
 */
export function nextPage(link: string | string[] | undefined, asked: URL): string | undefined {
  for (const [, target = '', parameters = ''] of String(link ?? '').matchAll(/<([^>]*)>([^<]*)/gu)) {
    if (!/;\s*rel\s*=\s*"?next\b/iu.test(parameters) || !URL.canParse(target, asked.href)) continue;
    const { origin, pathname, search } = new URL(target, asked);
    return origin === asked.origin ? pathname + search : undefined;
  }
  return undefined;
}

/** Where the next page of a list begins that goes on behind its `last`; that is the registry's to say, and no item's name. */
export function nextLast(link: string | string[] | undefined, asked: URL): string | undefined {
  const page = nextPage(link, asked);
  return page === undefined ? undefined : (new URLSearchParams(page.slice(page.indexOf('?'))).get('last') ?? undefined);
}
