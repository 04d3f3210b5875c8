import { formatRegistryKey } from '../../reference/index.ts';
import type { Accounts } from '../accounts.ts';
import type { RegistryChanges } from '../registry-changes.ts';
import { askedRegistry } from './registry-argument.ts';

/** “Remove Registry…”: takes a row of the view, `{registry}`, or asks which. Its sign-in goes with it. */
export async function removeRegistry(accounts: Accounts, changes: RegistryChanges, argument: unknown): Promise<void> {
  const key = await askedRegistry(argument, 'Remove Registry');
  if (!key) return;
  // A keyring that fails must not keep the registry.
  await changes.remove(formatRegistryKey(key));
  await accounts.forget(key);
}
