import {
  formatReference,
  formatRepository,
  parseRepository,
  parseTarget,
  type Repository,
  type TaggedReference,
} from '../../reference/index.ts';
import { formatBytes } from '../quantities.ts';
import type { Destination } from './destinations.ts';
import type { WhoPushes } from './enter-message.ts';
import type { Answer, StepFrame } from './step.ts';
import { askTyped } from './typed-step.ts';
import type { WouldDo } from './would-do.ts';

export type Named =
  | { readonly kind: 'target'; readonly target: TaggedReference }
  /** Its tags are still to be chosen, beside the one that was typed. */
  | { readonly kind: 'repository'; readonly repository: Repository; readonly tag?: string };

/**
 * Asks for the name and the tag at a registry. Below what is typed stands, live, the whole of where it will go, and as
 * whom. The button, or a name that ends with its colon, leads to a choice of tags.
 */
export function askName(
  frame: StepFrame,
  { registry }: Destination,
  image: { readonly id: string | undefined; readonly sizeBytes: number | undefined },
  whoPushes: WhoPushes,
  outlook: WouldDo,
  value: string,
  typed: (value: string) => void,
): Promise<Answer<Named>> {
  const size = image.sizeBytes === undefined ? '' : ` (${formatBytes(image.sizeBytes)})`;
  const what = `${image.id?.slice(0, 19) ?? 'the image'}${size}`;
  const colon = value.lastIndexOf(':');
  return askTyped<Named>(frame, {
    prompt: `Name at ${registry}`,
    placeholder: 'team/name:tag',
    value,
    // The tag is what changes most often.
    ...(colon !== -1 && { valueSelection: [colon + 1, value.length] as const }),
    read: (text) => {
      if (text.endsWith(':')) {
        const answer = readRepository(registry, text);
        // Nobody pushes anything yet.
        return { answer, words: `Enter lists tags for ${formatRepository(answer.repository)}`, repositories: [] };
      }
      const target = parseTarget(`${registry}/${text}`);
      const words = `Enter pushes ${what} to ${formatReference(target)}`;
      return {
        ...{ answer: { kind: 'target', target }, words, repositories: [target.repository] },
        look: (signal) => outlook(target, signal),
      };
    },
    button: { icon: 'tag', tooltip: 'Choose Tags…', read: (text) => readRepository(registry, text) },
    whoPushes,
    typed,
  });
}

/** @throws InvalidReferenceError */
function readRepository(registry: string, text: string): Named & { readonly kind: 'repository' } {
  const name = `${registry}/${text.replace(/:$/u, '')}`;
  if (!text.replace(/:$/u, '').includes(':')) return { kind: 'repository', repository: parseRepository(name) };
  const { repository, tag } = parseTarget(name);
  return { kind: 'repository', repository, tag };
}
