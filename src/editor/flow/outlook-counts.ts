import type { TagOutlook } from '../../push/index.ts';

const words = {
  new: ['new tag', 'new tags'],
  same: ['holds this image', 'hold this image'],
  ours: ['replaces your push', 'replace your pushes'],
  others: ['replaces what was not pushed from here', 'replace what was not pushed from here'],
  unknown: ['not known', 'not known'],
} as const;

/**
 * What a push to several tags would do, counted: `2 new tags, 1 replaces your push`. Undefined stands for what is not
 * known; empty where nothing is.
 */
export function countWords(tags: readonly (TagOutlook | undefined)[]): string {
  const kinds = tags.map(kindOf);
  if (kinds.every((kind) => kind === 'unknown')) return '';
  return (Object.keys(words) as (keyof typeof words)[])
    .map((kind) => ({ kind, count: kinds.filter((one) => one === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${words[kind][count === 1 ? 0 : 1]}`)
    .join(', ');
}

function kindOf(tag: TagOutlook | undefined): keyof typeof words {
  if (tag?.kind === 'replaces') return tag.ours ? 'ours' : 'others';
  return tag?.kind ?? 'unknown';
}
