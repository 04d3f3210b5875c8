import { type Log, plainText } from '../base/index.ts';
import type { AskHelpers, KeychainAnswer } from '../credentials/index.ts';
import type { PushParts, TagPolicy } from '../push/index.ts';
import type { Repository } from '../reference/index.ts';
import type { RegistryClient } from '../registry/index.ts';
import type { Connection } from './engine-session.ts';
import type { EngineTrust } from './engine-trust.ts';
import type { RegistryContact } from './registry-contact.ts';
import type { RegistryDoor } from './registry-door.ts';
import { isSameHere } from './registry-side.ts';

export interface PushAccessParts {
  readonly trust: Pick<EngineTrust, 'mayTrust'>;
  readonly door: Pick<RegistryDoor, 'open'>;
  readonly contact: Pick<RegistryContact, 'optionsFor'>;
}

/** With which credential to push, and the registry as seen from here with the same one. */
export type PushAccess = Pick<PushParts, 'auth' | 'account' | 'withheld' | 'lostAccount' | 'explain'> & {
  readonly answer: KeychainAnswer;
  readonly registry?: RegistryClient;
  readonly policy?: TagPolicy;
};

export async function accessTo(
  repository: Repository,
  { engine }: Connection,
  { contact, door, trust }: PushAccessParts,
  log: Log,
  ask: AskHelpers,
): Promise<PushAccess> {
  const { registry } = repository;
  const [{ authConfigOf, describeSource }, { openRegistry }] = await Promise.all([
    import('../credentials/index.ts'),
    import('../registry/index.ts'),
  ]);
  const { account: answer, provider, policy } = await door.open(repository, ask);
  const credential = answer.kind === 'found' ? answer.credential : undefined;
  const trusted = credential === undefined || (await trust.mayTrust(engine.chosen, ask.answers));
  const auth = credential && trusted ? authConfigOf(credential, registry) : undefined;
  const options = { ...contact.optionsFor(repository, log), credential };
  const isHere = isSameHere(registry, engine.chosen.local);
  return {
    answer,
    ...(provider?.explain && { explain: provider.explain }),
    ...(auth && answer.kind === 'found' && { auth, account: describeSource(answer) }),
    ...(!trusted && { withheld: true }),
    ...(answer.kind === 'missing-secret' && { lostAccount: plainText(answer.account ?? 'whoever signed in', 80) }),
    ...(isHere && { registry: openRegistry(registry, options) }),
    ...(isHere && policy && { policy }),
  };
}
