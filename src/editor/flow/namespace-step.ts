import { formatReference, type Reference, type TaggedReference } from '../../reference/index.ts';
import type { WhoPushes } from './enter-message.ts';
import { targetsUnder } from './names-under.ts';
import type { Answer, StepFrame } from './step.ts';
import type { SeveralLooks } from './several-looks.ts';
import { askTyped } from './typed-step.ts';

/**
 * Asks for the namespace that several images go to. Below what is typed stands, live, the whole name of each, as whom, and
 * what that would do there.
 */
export function askNamespace(
  frame: StepFrame,
  registry: string,
  references: readonly Reference[],
  whoPushes: WhoPushes,
  looks: Pick<SeveralLooks, 'at'>,
  value: string,
  typed: (value: string) => void,
): Promise<Answer<readonly TaggedReference[]>> {
  return askTyped(frame, {
    prompt: `Namespace at ${registry}`,
    placeholder: 'Namespace, as team; each image keeps its own name',
    value,
    read: (text) => {
      const answer = targetsUnder(registry, text.replace(/\/$/u, ''), references);
      const words = `Enter pushes ${answer.map(formatReference).join(', ')}`;
      return {
        ...{ answer, words, repositories: answer.map(({ repository }) => repository) },
        look: (signal) =>
          looks.at(
            answer.map((target) => [target]),
            signal,
          ),
      };
    },
    whoPushes,
    typed,
  });
}
