import { plainText } from '../../base/index.ts';
import type { Platform } from '../../registry/index.ts';

/** `linux/amd64, linux/arm64/v8`; empty for none. */
export function platformWords(platforms: readonly Platform[]): string {
  return platforms
    .map(({ os, architecture, variant }) => [os, architecture, variant].filter((part) => part).join('/'))
    .map((platform) => plainText(platform, 40))
    .join(', ');
}
