import { CancelledError, messageOf, SidedError, untilAborted } from '../base/index.ts';
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
  /** With whose it had to be. */
  readonly #granted = new Map<string, { readonly whose: string | undefined; readonly grant: GrantedCredential }>();
  readonly #asked = new Map<string, Promise<GrantedCredential>>();

  constructor(signIns: readonly MachineSignIn[], today: () => number = Date.now) {
    this.#signIns = signIns;
    this.#today = today;
  }

  /**
   * What was granted already, if it lasts and is whose it must be; else it is asked for. What a person just chose is asked
   * for always, and not kept here, as it may yet be refused.
   *
   * @throws CredentialsError `machine-sign-in-failed`; CancelledError
   */
  async grant(id: MachineSignInId, key: RegistryKey, options: GrantOptions): Promise<GrantedCredential> {
    const name = `${id} ${formatRegistryKey(key)}`;
    // Dialogs that stand open need not know of a signal.
    if (options.interactive) return untilAborted(this.#ask(id, key, options), options.signal);
    const known = this.#granted.get(name);
    const ends = known?.grant.expiresAt?.getTime() ?? 0;
    if (known && known.whose === options.account && ends - this.#today() > marginMs) return known.grant;
    this.#granted.delete(name);
    // Several pushes that begin together share one question, which none of them may give up for the others.
    const { signal, ...rest } = options;
    const question = `${name} ${options.account ?? ''}`;
    const asked =
      this.#asked.get(question) ?? this.#keep(id, key, name, rest).finally(() => this.#asked.delete(question));
    this.#asked.set(question, asked);
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

  /** Whatever was granted is granted anew, as after a sign-out. */
  forgetAll(): void {
    this.#granted.clear();
  }

  async #keep(id: MachineSignInId, key: RegistryKey, name: string, options: GrantOptions): Promise<GrantedCredential> {
    const grant = await this.#ask(id, key, options);
    if (grant.expiresAt) this.#granted.set(name, { whose: options.account, grant });
    return grant;
  }

  async #ask(id: MachineSignInId, key: RegistryKey, options: GrantOptions): Promise<GrantedCredential> {
    const signIn = this.#signIns.find((one) => one.id === id);
    try {
      if (!signIn) throw new Error('it is not known here');
      return await signIn.grant(key, options);
    } catch (cause) {
      if (cause instanceof CancelledError) throw cause;
      const words =
        cause instanceof SidedError ? cause.message : `${machineSignInName(id)} failed: ${messageOf(cause)}`;
      throw new CredentialsError('machine-sign-in-failed', words, { cause });
    }
  }
}
