import type { TaggedReference } from '../../reference/index.ts';
import type { Explanation, Provider } from './provider.ts';

/** Words that a provider refuses with, and what to say to the user then. */
export interface Refusal {
  /** Looked for anywhere in what the engine says, which is not always in these words alone. */
  readonly words: RegExp;
  readonly code: string;
  readonly message: (target: Target) => string;
}

interface Target {
  readonly registry: string;
  /** `acme/api` */
  readonly path: string;
  /** The path's beginning: `acme`. */
  readonly owner: string;
  readonly tag: string;
}

/** Explains by the first refusal whose words are there. */
export function explainBy(refusals: readonly Refusal[]): NonNullable<Provider['explain']> {
  return (words: string, { repository: { registry, path }, tag }: TaggedReference): Explanation | undefined => {
    const refusal = refusals.find((one) => one.words.test(words));
    const owner = path.split('/')[0] ?? '';
    return refusal && { code: refusal.code, message: refusal.message({ registry, path, owner, tag }) };
  };
}
