import type { HelperAnswers } from '../credentials/index.ts';

/**
 * Whether a credential helper was asked for this registry already, as it wanted a sign-in. As long as none was, none is for
 * the sake of a look.
 */
export async function wasHelperAsked(registry: string, answers: HelperAnswers): Promise<boolean> {
  if (answers.size === 0) return false;
  const { registryOfAddress } = await import('../credentials/index.ts');
  // Answers are kept by helper and address.
  return [...answers.keys()].some(
    (asked) => registryOfAddress(asked.slice(asked.indexOf(' ') + 1)) === registry.toLowerCase(),
  );
}
