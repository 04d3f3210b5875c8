import * as vscode from 'vscode';
import { messageOf, plainText } from '../base/index.ts';
import type { HelperAnswers, KeychainAnswer } from '../credentials/index.ts';
import { formatRegistryKey, type RegistryKey, type Repository } from '../reference/index.ts';
import type { CredentialForm, OfferedSignIn, SignInOptions } from '../registry/index.ts';
import type { Accounts } from './accounts.ts';
import { keyFileWay } from './flow/key-file-way.ts';
import { machineWay } from './flow/machine-way.ts';
import { chooseSignIn, type SignInWay } from './flow/sign-in-choice.ts';
import { type SignInStatus, signInSteps } from './flow/sign-in-flow.ts';
import type { Answer } from './flow/step.ts';
import type { RegistryContact } from './registry-contact.ts';
import { registryOf, type RegistryConfig } from './registry-list.ts';
import { isSameHere } from './registry-side.ts';
import { SignInChecker, type SignInCheckParts } from './sign-in-check.ts';

export interface SignInParts extends SignInCheckParts {
  readonly accounts: Accounts;
  readonly registries: () => readonly RegistryConfig[];
  readonly contact: Pick<RegistryContact, 'optionsFor'>;
}

export interface SignInRequest {
  readonly username?: string;
  readonly reason?: string;
  readonly canGoBack?: boolean;
  readonly signal?: AbortSignal;
  /** The repository that will be pushed to, if it is known. */
  readonly repository?: string;
}

/** That a sign-in is wanted, with the reason where one was to be expected. */
export interface SignInNeed {
  readonly reason?: string;
}

/** A sign-in that is being asked for. */
interface Asked {
  readonly key: RegistryKey;
  readonly request: SignInRequest;
  /** What this kind of registry wants. */
  readonly form: CredentialForm | undefined;
  readonly options: SignInOptions;
  /** Told whose it is, once it is kept. */
  readonly signedIn: (account: string) => void;
}

/** So long a registry may take to say whether it wants a sign-in, before the flow goes on without an answer. */
const patienceMs = 3_000;

/** Signs in to a registry, wherever that is asked for. */
export class SignIn {
  readonly #parts: SignInParts;
  readonly #checker: SignInChecker;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    this.#checker = new SignInChecker(parts);
  }

  /**
   * Under which key a sign-in for this place is kept: that of the one which served there, or is lost, as another beside it
   * would not count; else the configured registry's, else the host's.
   */
  async keyFor({ registry, path }: Repository): Promise<RegistryKey> {
    const stored = await this.#parts.accounts.stored({ registry, path });
    if (stored) return stored;
    const configured = registryOf({ registry, path }, this.#parts.registries());
    const namespace = configured?.registry.slice(registry.length + 1);
    return namespace ? { registry, namespace } : { registry };
  }

  /** Whether nobody is signed in at a place, as far as that is known without asking one of Docker's helpers. */
  async isMissing(key: RegistryKey): Promise<boolean> {
    const answer = await this.#parts.accounts.find(key).catch(() => undefined);
    return answer?.kind === 'none' || answer?.kind === 'missing-secret';
  }

  /** Whose credential would serve for a repository, in words; empty for nobody's. */
  async accountAt(repository: Repository): Promise<string> {
    const answer = await this.#parts.accounts.find(repository).catch(() => undefined);
    if (answer === undefined || answer.kind === 'none') return '';
    const { describeSource } = await import('../credentials/index.ts');
    return describeSource(answer);
  }

  /**
   * Whether a registry wants a sign-in, and nobody is signed in. What cannot be found out now is left to the push, so it
   * never rejects. Only when the registry wants one is a helper of Docker's or a sign-in of this machine asked, and a
   * helper's answer left for the push.
   */
  async needAt(
    { registry, path }: Repository,
    answers: HelperAnswers,
    signal: AbortSignal,
  ): Promise<SignInNeed | undefined> {
    const { accounts, contact, engineIsLocal, log } = this.#parts;
    const answer = await accounts.find({ registry, path }).catch(() => undefined);
    if (answer?.kind === 'found' || !isSameHere(registry, await engineIsLocal())) return undefined;
    const { openRegistry } = await import('../registry/index.ts');
    const options = { ...contact.optionsFor({ registry, path }), timeoutMs: patienceMs };
    const wanted = await openRegistry(registry, options)
      .wantsSignIn(signal)
      .catch((error: unknown) => {
        log.info(`whether ${registry} wants a sign-in will be known once it is pushed to: ${messageOf(error)}`);
        return false;
      });
    if (!wanted || answer?.kind !== 'unasked') return wanted ? needFor(answer) : undefined;
    const asked = await accounts.find({ registry, path }, { answers, signal }).catch(() => undefined);
    return asked === undefined || asked.kind === 'found' ? undefined : needFor(asked);
  }

  /** Signs in on the way to a push, with the way back to the destination. */
  async onTheWay({ registry, path }: Repository, need: SignInNeed): Promise<Answer<SignInStatus>> {
    return this.ask(await this.keyFor({ registry, path }), {
      ...need,
      canGoBack: true,
      // The proposed name can still be changed: where it has no namespace yet, it likely will be.
      ...(path.includes('/') && { repository: path }),
    });
  }

  async ask(key: RegistryKey, request: SignInRequest = {}): Promise<Answer<SignInStatus>> {
    const { contact, log, registries } = this.#parts;
    const { providerOf } = await import('../registry/index.ts');
    const provider = providerOf(key.registry, registryOf(key, registries())?.provider);
    const name = formatRegistryKey(key);
    let account = '';
    const asked: Asked = {
      ...{ key, request, form: provider?.credential },
      options: { ...contact.optionsFor(key), repository: request.repository },
      signedIn: (whose) => (account = whose),
    };
    // On Windows gcloud is a script for the command prompt, and no shell is run here.
    const runs = (one: OfferedSignIn): boolean => one !== 'gcloud' || process.platform !== 'win32';
    const offered = provider?.owns(key.registry) ? (provider.signIns?.(key.registry) ?? []).filter(runs) : [];
    const answer =
      offered.length === 0
        ? await this.#type(asked, request.canGoBack)
        : await chooseSignIn(key, {
            ...request,
            ways: [...offered.map((one) => this.#logged(name, this.#offer(one, asked))), this.#typedWay(asked)],
          });
    if (answer.kind === 'next') {
      const checked = answer.value === 'unchecked' ? ', unchecked' : '';
      log.info(`signed in to ${name} as ${account}${checked}`);
      vscode.window.setStatusBarMessage(`$(check) Signed in to ${name} as ${account}${checked}`, 5_000);
    }
    return answer;
  }

  #offer(offered: OfferedSignIn, { key, options, signedIn }: Asked): SignInWay {
    const { accounts } = this.#parts;
    if (offered === 'service-account-key')
      return keyFileWay((credential) => ({
        what: credential.password,
        judge: (signal) => this.#checker.judgeForPush(key, credential, options, signal),
        keep: async () => {
          await accounts.keep(key, credential);
          signedIn(plainText(credential.account ?? credential.username, 80));
        },
      }));
    return machineWay(offered, {
      grant: (signal) => accounts.grant(offered, key, signal),
      check: ({ credential, account = credential.username }) => ({
        what: account,
        judge: (signal) => this.#checker.judgeForPush(key, credential, options, signal),
        keep: async () => {
          await accounts.keepMachine(key, offered, account);
          const { machineSignInName } = await import('../credentials/index.ts');
          signedIn(`${plainText(account, 80)} (${machineSignInName(offered)})`);
        },
      }),
    });
  }

  #typedWay(asked: Asked): SignInWay {
    return {
      icon: 'key',
      label: 'Type a user name and a password or token',
      detail: 'Checked, then kept in VS Code’s secret storage.',
      take: () => this.#type(asked, true),
    };
  }

  /** The steps for a user name and a password. */
  async #type(
    { key, request, form, options, signedIn }: Asked,
    canGoBack: boolean | undefined,
  ): Promise<Answer<SignInStatus>> {
    const { accounts } = this.#parts;
    const { accountOf } = await import('../credentials/index.ts');
    const username = request.username ?? usernameOf(await accounts.find(key).catch(() => undefined));
    return signInSteps(key, {
      ...request,
      ...(canGoBack !== undefined && { canGoBack }),
      ...(username !== undefined && { username }),
      ...(form && { form }),
      judge: (credential, signal) => this.#checker.judge(key, credential, options, signal),
      keep: async (credential) => {
        await accounts.keep(key, credential);
        signedIn(accountOf(credential) ?? 'the holder of a token');
      },
    });
  }

  /** What was said at the choice is in the log too. */
  #logged(name: string, way: SignInWay): SignInWay {
    return {
      ...way,
      take: async (frame) => {
        const end = await way.take(frame);
        if (end.kind === 'failed') this.#parts.log.info(`${way.label}, ${name}: ${end.message}`);
        return end;
      },
    };
  }
}

/** The user name to begin with: that of who is signed in, or was. */
function usernameOf(answer: KeychainAnswer | undefined): string | undefined {
  switch (answer?.kind) {
    case 'found':
      // Without an account the user name may be the secret itself.
      return answer.account === undefined ? undefined : answer.credential.username;
    case 'missing-secret':
      return answer.account;
    case 'unasked':
      // Of the others the account is no user name of the registry.
      return answer.source === 'machine' && answer.signIn === 'github' ? answer.account : undefined;
    default:
      return undefined;
  }
}

/** With why a sign-in is asked for, where one was to be expected. */
function needFor(answer: KeychainAnswer | undefined): SignInNeed {
  if (answer?.kind === 'source-failed') return { reason: plainText(answer.error.message) };
  if (answer?.kind !== 'missing-secret') return {};
  return { reason: `The sign-in of ${plainText(answer.account ?? 'whoever signed in', 80)} is lost. Sign in again.` };
}
