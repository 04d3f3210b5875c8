import type { AskHelpers, HelperAnswers } from '../credentials/index.ts';

/**
 * Hears the credential helpers where one was asked for this registry already, as it wanted a sign-in. As long as none was,
 * none is for the sake of a look.
 */
export async function askedHelpers(
  registry: string,
  answers: HelperAnswers,
  signal?: AbortSignal,
): Promise<AskHelpers | undefined> {
  if (answers.size === 0) return undefined;
  const { registryOfAddress } = await import('../credentials/index.ts');
  // Answers are kept by helper and address.
  const wasAsked = [...answers.keys()].some(
    (asked) => registryOfAddress(asked.slice(asked.indexOf(' ') + 1)) === registry.toLowerCase(),
  );
  return wasAsked ? { answers, ...(signal && { signal }) } : undefined;
}
