import { CancelledError, messageOf, plainText } from '../base/index.ts';
import type { Credential, DockerSignIn } from '../credentials/index.ts';
import { parseRegistryKey, type RegistryKey } from '../reference/index.ts';
import type { SignInParts } from './sign-in.ts';

/** What an import works with. */
export interface ImportParts extends Pick<SignInParts, 'registries' | 'contact' | 'log'> {
  readonly accounts: Pick<SignInParts['accounts'], 'keep'>;
}

/** What became of a sign-in that was to be copied. */
export type Import =
  | { readonly kind: 'copied'; readonly registry: string; readonly account: string }
  /** Its registry refuses it, or does not answer: it is the user's to say whether it is kept all the same. */
  | { readonly kind: 'doubtful'; readonly registry: string; readonly credential: Credential; readonly why: string }
  | { readonly kind: 'left'; readonly registry: string; readonly why: string };

/**
 * Fetches the secret of a sign-in that Docker has, checks it with the registry, and keeps it here if that takes it. A
 * failure is an answer, so that it spoils no other.
 *
 * @throws CancelledError when the signal aborts
 */
export async function importSignIn(signIn: DockerSignIn, parts: ImportParts, signal: AbortSignal): Promise<Import> {
  const { registry } = signIn;
  try {
    return await fetchAndCheck(signIn, parts, signal);
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    return { kind: 'left', registry, why: messageOf(error) };
  }
}

/** Keeps a sign-in here. Never rejects. */
export async function keepImport(
  { registry, credential }: { readonly registry: string; readonly credential: Credential },
  { accounts, log }: ImportParts,
): Promise<Import> {
  const { accountOf } = await import('../credentials/index.ts');
  const account = plainText(accountOf(credential) ?? 'a token', 80);
  try {
    await accounts.keep({ registry }, credential);
  } catch (error) {
    return { kind: 'left', registry, why: messageOf(error) };
  }
  log.info(`imported the sign-in to ${registry} as ${account}`);
  return { kind: 'copied', registry, account };
}

async function fetchAndCheck(signIn: DockerSignIn, parts: ImportParts, signal: AbortSignal): Promise<Import> {
  const { registry, from } = signIn;
  const [{ isShortLived, sourceName }, { checkSignIn }] = await Promise.all([
    import('../credentials/index.ts'),
    import('../registry/index.ts'),
  ]);
  const stays: Import = {
    kind: 'left',
    registry,
    why: `${sourceName(from)} makes its password anew for some hours, so it is asked at each push instead.`,
  };
  if (isShortLived(signIn)) return stays;
  const credential = await signIn.read(signal);
  if (!credential) return { kind: 'left', registry, why: `${sourceName(from)} has none for it.` };
  const { username: account } = credential;
  if (isShortLived({ from, ...(account !== undefined && { account }) })) return stays;
  const check = await checkSignIn({ registry }, credential, parts.contact.optionsFor(placeOf(registry, parts)), signal);
  if (check.status === 'refused') return { kind: 'doubtful', registry, credential, why: check.message };
  if (check.status === 'unreachable') return { kind: 'doubtful', registry, credential, why: check.error.message };
  return keepImport({ registry, credential }, parts);
}

/** As configured for the host, or for a namespace there. */
function placeOf(registry: string, { registries }: ImportParts): RegistryKey {
  const configured = registries().find((config) => `${config.registry}/`.startsWith(`${registry}/`));
  return configured ? parseRegistryKey(configured.registry) : { registry };
}
