const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes in decimal units with three digits at most, as Docker prints them: `512 B`, `1.44 MB`, `214 MB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  // 999.5 would be printed as 1000.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${Number(value.toFixed(digits))} ${units[unit]}`;
}

/** Milliseconds as people say them: `48 ms`, `4.1 s`, `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 950) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${Number((milliseconds / 1000).toFixed(1))} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const ages: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
/** Made on first use: loading what a language needs takes longer than all else at the extension's start. */
let relative: Intl.RelativeTimeFormat | undefined;

/** How long ago a moment was: `just now`, `3 minutes ago`. A moment in the future, by a clock that is off, is now. */
export function formatAge(moment: Date, now = Date.now()): string {
  const seconds = (now - moment.getTime()) / 1000;
  relative ??= new Intl.RelativeTimeFormat('en', { numeric: 'always' });
  for (const [unit, length] of ages) {
    if (seconds >= length) return relative.format(-Math.floor(seconds / length), unit);
  }
  return 'just now';
}
