import { createHash } from 'node:crypto';
import { messageOf } from '../base/index.ts';
import type { RegistryKey } from '../reference/index.ts';
import type { Accounts } from './accounts.ts';

/** What tells one sign-in for a place from another, and not what it is. Nothing is asked for it; never rejects. */
export async function accountSign(accounts: Pick<Accounts, 'find'>, place: RegistryKey): Promise<string> {
  const answer = await accounts.find(place).catch(messageOf);
  return createHash('sha256').update(JSON.stringify(answer)).digest('hex');
}
