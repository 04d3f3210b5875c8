import { messageOf } from '../base/index.ts';
import type { RegistryKey } from '../reference/index.ts';
import { formatRegistryKey } from '../reference/index.ts';
import type { SignInParts } from './sign-in.ts';

export interface Verdict {
  readonly verdict: 'ok' | 'no' | 'unknown';
  /** One sentence. */
  readonly line: string;
}

/** Whether a registry can be reached, signed in to, listed and pushed to, as far as that can be known without a push. */
export interface RegistryTest {
  readonly reach: Verdict;
  readonly signIn: Verdict;
  readonly list: Verdict;
  readonly push: Verdict;
}

/** Asks the registry, with the credential that a push to it would use. Never rejects. */
export async function testRegistry(
  key: RegistryKey,
  { accounts, contact }: Pick<SignInParts, 'accounts' | 'contact'>,
): Promise<RegistryTest> {
  const { checkSignIn, openRegistry } = await import('../registry/index.ts');
  const options = contact.optionsFor(key);
  const name = formatRegistryKey(key);
  const untried = (line: string): Verdict => ({ verdict: 'unknown', line });
  const list = untried('Whether it can be listed is not tried.');
  let wantsSignIn: boolean;
  try {
    wantsSignIn = await openRegistry(key.registry, options).wantsSignIn();
  } catch (error) {
    const unreached = untried(`${key.registry} could not be asked.`);
    return { reach: { verdict: 'no', line: messageOf(error) }, signIn: unreached, list, push: unreached };
  }
  const reach: Verdict = { verdict: 'ok', line: `${key.registry} answers.` };
  const signIn = await testSignIn();
  const push: Verdict =
    signIn.verdict === 'no'
      ? { verdict: 'no', line: 'Without a sign-in nothing is pushed there.' }
      : untried('Whether you may push is known once you do.');
  return { reach, signIn, list, push };

  async function testSignIn(): Promise<Verdict> {
    const { describeSource } = await import('../credentials/index.ts');
    try {
      // A helper is a program that may show a dialog: it is not bothered where nobody wants its answer.
      const answer = await accounts.find(key, wantsSignIn ? { answers: new Map() } : undefined);
      if (answer.kind !== 'found') {
        if (!wantsSignIn) return untried(`${key.registry} lets everybody in.`);
        if (answer.kind === 'helper-failed') return { verdict: 'no', line: answer.error.message };
        return { verdict: 'no', line: `${name}: ${describeSource(answer)}.` };
      }
      const check = await checkSignIn(key, answer.credential, options);
      if (check.status === 'accepted') return { verdict: 'ok', line: `Signed in as ${describeSource(answer)}.` };
      if (check.status === 'unchecked') return untried(check.message);
      if (check.status === 'refused') return { verdict: 'no', line: check.message };
      return untried(check.error.message);
    } catch (error) {
      return { verdict: 'no', line: messageOf(error) };
    }
  }
}
