import * as headers from './headers.ts';
import type { Answer } from './wire.ts';

/**
 * How long the other side asks to wait before the next request, in milliseconds; undefined if it does not say. Retry-After
 * holds seconds or a date (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3); Docker Hub's X-Retry-After holds the
 * seconds since 1970 (https://docs.docker.com/reference/api/hub/latest/). A date counts from the answer's own, since the
 * other side's clock may differ.
 */
export function retryAfterMs({ headers: sent }: Pick<Answer, 'headers'>, now = Date.now()): number | undefined {
  const sentAt = dateOf(sent.date) ?? now;
  const wait = waitOf(sent[headers.retryAfter], sentAt) ?? waitOf(String(sent[headers.xRetryAfter] ?? ''), sentAt);
  return wait === undefined ? undefined : Math.max(wait, 0);
}

/** No one waits for so many seconds, so it is a date: in 1970 they would be over thirty years. */
const firstDate = 1_000_000_000;

function waitOf(value: string | undefined, sentAt: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,12}$/u.test(text)) {
    const seconds = Number(text);
    return seconds < firstDate ? seconds * 1_000 : seconds * 1_000 - sentAt;
  }
  const date = dateOf(text);
  return date === undefined ? undefined : date - sentAt;
}

function dateOf(text: string | undefined): number | undefined {
  // Without a name of a day first, Date would take nearly any text.
  const date = /^[a-z]{3,9},/iu.test(text ?? '') ? Date.parse(text ?? '') : NaN;
  return Number.isNaN(date) ? undefined : date;
}

/** The wait as the end of “Try again …”. */
export function waitInWords(milliseconds: number | undefined): string {
  if (milliseconds === undefined || milliseconds > 86_400_000) return 'later';
  const seconds = Math.max(Math.ceil(milliseconds / 1_000), 1);
  if (seconds < 120) return `in ${seconds === 1 ? 'a second' : `${seconds} seconds`}`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `in ${minutes} minutes` : `in ${Math.ceil(minutes / 60)} hours`;
}
