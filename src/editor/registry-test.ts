import { messageOf, SidedError } from '../base/index.ts';
import type { HelperAnswers } from '../credentials/index.ts';
import { formatRegistryKey, formatRepository, type RegistryKey } from '../reference/index.ts';
import { engineObjection, type EngineObjectionParts } from './engine-objection.ts';
import type { RegistryDoor } from './registry-door.ts';
import { isSameHere } from './registry-side.ts';
import type { SignInParts } from './sign-in.ts';

export interface Verdict {
  readonly verdict: 'ok' | 'no' | 'unknown';
  /** One sentence. */
  readonly line: string;
  /** Of the failure, where the registry was not reached. */
  readonly code?: string;
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
  {
    accounts,
    contact,
    door,
    engineIsLocal,
    session,
  }: Pick<SignInParts, 'accounts' | 'engineIsLocal'> & EngineObjectionParts & { readonly door: RegistryDoor },
): Promise<RegistryTest> {
  const { checkSignIn, openRegistry } = await import('../registry/index.ts');
  const options = contact.optionsFor(key);
  const name = formatRegistryKey(key);
  const answers: HelperAnswers = new Map();
  const untried = (line: string): Verdict => ({ verdict: 'unknown', line });
  const unreached = untried(`${key.registry} could not be asked.`);
  if (!isSameHere(key.registry, await engineIsLocal())) {
    const reach = untried(`${key.registry} is on the engine's machine, so it cannot be asked from here.`);
    return { reach, signIn: unreached, list: unreached, push: unreached };
  }
  let wantsSignIn: boolean;
  const client = openRegistry(key.registry, options);
  try {
    wantsSignIn = await client.wantsSignIn();
  } catch (error) {
    const code = error instanceof SidedError ? { code: error.code } : {};
    const reach: Verdict = { verdict: 'no', line: messageOf(error), ...code };
    return { reach, signIn: unreached, list: unreached, push: unreached };
  }
  const objection = await engineObjection(key, client.transport, { session, contact });
  const reach: Verdict = { verdict: 'ok', line: [`${key.registry} answers.`, objection].filter(Boolean).join(' ') };
  const signIn = await testSignIn();
  if (signIn.verdict === 'no') {
    const push: Verdict = { verdict: 'no', line: 'Without a sign-in nothing is pushed there.' };
    return { reach, signIn, list: untried('Whether it can be listed is known after a sign-in.'), push };
  }
  return { reach, signIn, ...(await testRights()) };

  /** The right to push is asked of a repository that is there: some registries make a missing one as soon as they are asked. */
  async function testRights(): Promise<Pick<RegistryTest, 'list' | 'push'>> {
    const unknownPush = untried('Whether you may push is known once you do.');
    try {
      const { browser, client: opened } = await door.open(key, { answers });
      const [first] = (await browser.repositories(key.namespace, { limit: 1 })).items;
      const list: Verdict = { verdict: 'ok', line: 'Its repositories can be listed.' };
      if (!first) return { list, push: unknownPush };
      const right = await opened.mayPush(first.repository);
      const place = formatRepository(first.repository);
      if (right.kind === 'refused') return { list, push: { verdict: 'no', line: right.error.message } };
      return { list, push: { verdict: 'ok', line: `You may push to ${place}.` } };
    } catch (error) {
      const isNo = error instanceof SidedError && error.code === 'listing-unsupported';
      return { list: { verdict: isNo ? 'no' : 'unknown', line: messageOf(error) }, push: unknownPush };
    }
  }

  async function testSignIn(): Promise<Verdict> {
    const { describeSource } = await import('../credentials/index.ts');
    try {
      // A helper is a program that may show a dialog: it is not bothered where nobody wants its answer.
      const answer = await accounts.find(key, wantsSignIn ? { answers } : undefined);
      if (answer.kind !== 'found') {
        if (!wantsSignIn) return untried(`${key.registry} lets everybody in.`);
        if (answer.kind === 'source-failed') return { verdict: 'no', line: answer.error.message };
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
