import { randomInt } from 'node:crypto';
import { SidedError } from '../base/index.ts';
import type { ImageDetails, ImageInspector } from '../engine/index.ts';
import { formatReference, type TaggedReference } from '../reference/index.ts';

/** What a push will do, fixed before anything is sent: exactly this image, to exactly this tag. */
export interface PushPlan {
  /** Names the push in the log, as `p-k3v9`. */
  readonly id: string;
  /** What the user chose: a local reference, or the image's ID. */
  readonly chosen: string;
  readonly image: ImageDetails;
  readonly target: TaggedReference;
  readonly platform?: string;
  readonly warnings: readonly string[];
}

/** What is known of an image when it is chosen: the name that was shown and, where one was shown, the ID under it. */
export interface ChosenImage {
  readonly name: string;
  readonly id?: string;
}

/**
 * Looks the chosen image up. When the name has moved to another image since it was shown, the image that was shown is
 * pushed all the same, and a warning says so; but where the name is itself the target, that would take it away from the
 * newer image, so nothing is pushed.
 *
 * @throws EngineError when the engine does not answer, or no longer has the name; SidedError `image-changed`
 */
export async function planPush(
  choice: ChosenImage,
  target: TaggedReference,
  inspector: ImageInspector,
  options: { readonly id?: string; readonly platform?: string; readonly signal?: AbortSignal } = {},
): Promise<PushPlan> {
  const named = await inspector.inspectImage(choice.name, options.signal);
  const moved = choice.id !== undefined && choice.id !== named.id;
  if (moved && named.references.includes(formatReference(target)))
    throw new SidedError(
      'engine',
      'image-changed',
      `${choice.name} is another image than the one that was shown: it is ${shortDigest(named.id)} now. Choose it again.`,
    );
  const image = moved ? await inspector.inspectImage(choice.id, options.signal) : named;
  const warnings = moved
    ? [
        `${choice.name} has moved to ${shortDigest(named.id)} since it was shown; ${shortDigest(image.id)}, as shown, is pushed.`,
      ]
    : [];
  return {
    id: options.id ?? newPushId(),
    chosen: choice.name,
    image,
    target,
    ...(options.platform !== undefined && { platform: checkedPlatform(options.platform) }),
    warnings,
  };
}

/** A name for a push that no other window will give. */
export function newPushId(): string {
  return `p-${randomInt(36 ** 5)
    .toString(36)
    .padStart(5, '0')}`;
}

/** `sha256:` and twelve digits, as people compare digests by eye. */
export function shortDigest(digest: string): string {
  return digest.replace(/^(\w+:)?([0-9a-f]{12})[0-9a-f]*$/u, '$1$2');
}

function checkedPlatform(platform: string): string {
  if (/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9]+)?$/u.test(platform)) return platform;
  throw new SidedError(
    'reference',
    'platform-invalid',
    `“${platform.slice(0, 80)}” is no platform: write os/arch, as linux/amd64.`,
  );
}

/** The plan in one line, for the log. */
export function describePlan({ chosen, image, target }: PushPlan): string {
  return `push ${chosen} (${shortDigest(image.id)}) → ${formatReference(target)}`;
}
