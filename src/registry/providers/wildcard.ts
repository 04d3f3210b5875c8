/**
 * Whether a filter of ECR's names a tag whole: a star stands for any characters, all others for themselves. Found without
 * going back, so that a filter of many stars takes no longer.
 */
export function matchesWildcard(filter: string, tag: string): boolean {
  const [head = '', ...rest] = filter.split('*');
  const tail = rest.pop();
  if (tail === undefined) return tag === filter;
  if (!tag.startsWith(head)) return false;
  let end = head.length;
  for (const part of rest) {
    const found = tag.indexOf(part, end);
    if (found === -1) return false;
    end = found + part.length;
  }
  return tag.length - tail.length >= end && tag.endsWith(tail);
}
