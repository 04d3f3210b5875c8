const numbers = new Intl.Collator('en', { numeric: true });

/** Whether a tag is a release, whole or in part (`1.4.2`, `v1.4`): beside one of these `latest` has a meaning. */
export function isRelease(tag: string): boolean {
  return /^v?\d+\.\d+(?:\.\d+)?$/u.test(tag);
}

/** The highest release, else the last by name, so that the same is taken each time. */
export function bestTag(tags: readonly string[]): string | undefined {
  const releases = tags.filter(isRelease);
  return (releases.length > 0 ? releases : tags).toSorted(numbers.compare).at(-1);
}
