import { formatReference, parseTarget, type TaggedReference } from '../../reference/index.ts';
import { formatBytes } from '../quantities.ts';
import type { Destination } from './destinations.ts';
import type { WhoPushes } from './enter-message.ts';
import type { Answer, StepFrame } from './step.ts';
import { askTyped } from './typed-step.ts';
import type { WouldDo } from './would-do.ts';

/** Asks for the name and the tag at a registry. Below what is typed stands, live, the whole of where it will go, and as whom. */
export function askName(
  frame: StepFrame,
  { registry }: Destination,
  image: { readonly id: string | undefined; readonly sizeBytes: number | undefined },
  whoPushes: WhoPushes,
  wouldDo: WouldDo,
  value: string,
  typed: (value: string) => void,
): Promise<Answer<TaggedReference>> {
  const size = image.sizeBytes === undefined ? '' : ` (${formatBytes(image.sizeBytes)})`;
  const what = `${image.id?.slice(0, 19) ?? 'the image'}${size}`;
  const colon = value.lastIndexOf(':');
  return askTyped(frame, {
    prompt: `Name at ${registry}`,
    placeholder: 'team/name:tag',
    value,
    // The tag is what changes most often.
    ...(colon !== -1 && { valueSelection: [colon + 1, value.length] as const }),
    read: (text) => {
      const answer = parseTarget(`${registry}/${text}`);
      const words = `Enter pushes ${what} to ${formatReference(answer)}`;
      return { answer, words, repositories: [answer.repository], look: (signal) => wouldDo(answer, signal) };
    },
    whoPushes,
    typed,
  });
}
