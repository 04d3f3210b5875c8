import { plainText } from './plain-text.ts';

const userInfo = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/giu;
const query = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s?"'<>]+)\?[^\s"'<>]*/giu;
const authorization = /\b(Basic|Bearer)\s+[A-Za-z0-9._~+/=-]{8,}/gu;

/** A URL without user, password, query and fragment: upload tokens and signatures live in the query. */
export function redactedUrl(url: string): string {
  return url.replace(userInfo, '$1').replace(/[?#].*$/u, '');
}

/**
 * Plain text in which every URL has lost its user, password and query, and authorization values are blanked: what may
 * be logged of the words of an engine or a registry (engines quote upload URLs with their `_state=` token).
 */
export function redacted(text: string, limit?: number): string {
  return plainText(text, limit).replace(userInfo, '$1').replace(query, '$1?…').replace(authorization, '$1 …');
}
