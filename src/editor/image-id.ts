/** Whether a text is an image's ID, whole or shortened as Docker shows it, and not a name. */
export function isImageId(text: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{12,64}$/u.test(text);
}
