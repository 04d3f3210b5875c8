import { CancelledError, messageOf, SidedError } from '../base/index.ts';
import { formatRegistryKey, type RegistryKey } from '../reference/index.ts';
import { CredentialsError } from './errors.ts';
import {
  type GrantedCredential,
  type GrantOptions,
  type MachineSignIn,
  type MachineSignInId,
  machineSignInName,
} from './machine-sign-in.ts';

/** A push can take long, and what it was given at its beginning must last. */
const marginMs = 15 * 60_000;

/**
 * The sign-ins of this machine, and what they have granted: in memory alone, made anew before its time is over. What does
 * not say when it ends is asked for each time.
 */
export class MachineSignIns {
  readonly #signIns: readonly MachineSignIn[];
  /** Milliseconds since 1970: grants end by the calendar. */
  readonly #today: () => number;
  readonly #granted = new Map<string, GrantedCredential>();
  readonly #asked = new Map<string, Promise<GrantedCredential>>();

  constructor(signIns: readonly MachineSignIn[], today: () => number = Date.now) {
    this.#signIns = signIns;
    this.#today = today;
  }

  /**
   * What was granted already, if it lasts; else it is asked for, and for a person who just chose it always.
   *
   * @throws CredentialsError `machine-sign-in-failed`; CancelledError
   */
  async grant(id: MachineSignInId, key: RegistryKey, options: GrantOptions): Promise<GrantedCredential> {
    const name = `${id} ${formatRegistryKey(key)}`;
    const known = this.#granted.get(name);
    if (!options.interactive && known?.expiresAt && known.expiresAt.getTime() - this.#today() > marginMs) return known;
    this.#granted.delete(name);
    // Dialogs that stand open need not know of a signal.
    if (options.interactive) return untilAborted(this.#ask(id, key, name, options), options.signal);
    // Several pushes that begin together share one question, which none of them may give up for the others.
    const { signal, ...rest } = options;
    const asked = this.#asked.get(name) ?? this.#ask(id, key, name, rest).finally(() => this.#asked.delete(name));
    this.#asked.set(name, asked);
    return untilAborted(asked, signal);
  }

  /**
   * The next who wants a credential there gets another than was granted, as when the registry refused that.
   *
   * @returns whether there was one that would have been given again
   */
  forget(key: RegistryKey): boolean {
    const names = this.#signIns.map(({ id }) => `${id} ${formatRegistryKey(key)}`);
    return names.filter((name) => this.#granted.delete(name)).length > 0;
  }

  async #ask(id: MachineSignInId, key: RegistryKey, name: string, options: GrantOptions): Promise<GrantedCredential> {
    const signIn = this.#signIns.find((one) => one.id === id);
    try {
      if (!signIn) throw new Error('it is not known here');
      const granted = await signIn.grant(key, options);
      if (granted.expiresAt) this.#granted.set(name, granted);
      return granted;
    } catch (cause) {
      if (cause instanceof CancelledError) throw cause;
      const words =
        cause instanceof SidedError ? cause.message : `${machineSignInName(id)} failed: ${messageOf(cause)}`;
      throw new CredentialsError('machine-sign-in-failed', words, { cause });
    }
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new CancelledError());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true, signal: over.signal });
  });
  return Promise.race([promise, aborted]).finally(() => over.abort());
}
