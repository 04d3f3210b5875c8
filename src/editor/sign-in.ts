import * as vscode from 'vscode';
import { type Log, messageOf, plainText } from '../base/index.ts';
import { formatRegistryKey, type RegistryKey, type Repository } from '../reference/index.ts';
import type { Credential, HelperAnswers, KeychainAnswer } from '../credentials/index.ts';
import type { Accounts } from './accounts.ts';
import type { SignInOptions } from '../registry/index.ts';
import { chooseSignIn } from './flow/sign-in-choice.ts';
import { type SignInJudgement, type SignInStatus, signInSteps } from './flow/sign-in-flow.ts';
import type { Answer } from './flow/step.ts';
import type { RegistryContact } from './registry-contact.ts';
import { registryOf, type RegistryConfig } from './registry-list.ts';
import { isSameHere } from './registry-side.ts';

export interface SignInParts {
  readonly accounts: Accounts;
  readonly registries: () => readonly RegistryConfig[];
  readonly contact: Pick<RegistryContact, 'optionsFor'>;
  readonly log: Log;
  /** Whether the engine in use is on this machine. Nothing is contacted by that. */
  readonly engineIsLocal: () => Promise<boolean>;
}

export interface SignInRequest {
  readonly username?: string;
  readonly reason?: string;
  readonly canGoBack?: boolean;
  readonly signal?: AbortSignal;
  /** The repository that will be pushed to, if it is known. */
  readonly repository?: string;
}

/** So long a registry may take to say whether it wants a sign-in, before the flow goes on without an answer. */
const patienceMs = 3_000;

/** Signs in to a registry, wherever that is asked for. */
export class SignIn {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
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
   * never rejects. Only when the registry wants one is a helper of Docker's asked, and its answer left for the push.
   */
  async isWanted({ registry, path }: Repository, answers: HelperAnswers, signal: AbortSignal): Promise<boolean> {
    const { accounts, contact, engineIsLocal, log } = this.#parts;
    const answer = await accounts.find({ registry, path }).catch(() => undefined);
    if (answer?.kind === 'found' || !isSameHere(registry, await engineIsLocal())) return false;
    const { openRegistry } = await import('../registry/index.ts');
    const options = { ...contact.optionsFor({ registry, path }), timeoutMs: patienceMs };
    const wanted = await openRegistry(registry, options)
      .wantsSignIn(signal)
      .catch((error: unknown) => {
        log.info(`whether ${registry} wants a sign-in will be known once it is pushed to: ${messageOf(error)}`);
        return false;
      });
    if (!wanted || answer?.kind !== 'unasked') return wanted;
    const asked = await accounts.find({ registry, path }, { answers, signal }).catch(() => undefined);
    return asked !== undefined && asked.kind !== 'found';
  }

  /** Signs in on the way to a push, with the way back to the destination, and the reason where that is not plain. */
  async onTheWay({ registry, path }: Repository, answers: HelperAnswers): Promise<Answer<SignInStatus>> {
    const answer = await this.#parts.accounts.find({ registry, path }, { answers }).catch(() => undefined);
    const reason = reasonFor(answer);
    return this.ask(await this.keyFor({ registry, path }), {
      canGoBack: true,
      repository: path,
      ...(reason && { reason }),
    });
  }

  async ask(key: RegistryKey, request: SignInRequest = {}): Promise<Answer<SignInStatus>> {
    const { accounts, contact, log, registries } = this.#parts;
    const [{ accountOf, machineSignInName }, { providerOf }] = await Promise.all([
      import('../credentials/index.ts'),
      import('../registry/index.ts'),
    ]);
    const provider = providerOf(key.registry, registryOf(key, registries())?.provider);
    const form = provider?.credential;
    const options = { ...contact.optionsFor(key), repository: request.repository };
    let account = '';
    const known = await accounts.find(key).catch(() => undefined);
    const username = request.username ?? (known && 'account' in known ? known.account : undefined);
    const judge = (credential: Credential, signal: AbortSignal): Promise<SignInJudgement> =>
      this.#judge(key, credential, options, signal);
    const type = (canGoBack = request.canGoBack): Promise<Answer<SignInStatus>> =>
      signInSteps(key, {
        ...request,
        ...(canGoBack !== undefined && { canGoBack }),
        ...(username !== undefined && { username }),
        ...(form && { form }),
        judge,
        keep: async (credential) => {
          account = accountOf(credential) ?? 'the holder of a token';
          await accounts.keep(key, credential);
        },
      });
    const machine = provider?.owns(key.registry) ? provider.machineSignIn : undefined;
    const answer =
      machine === undefined
        ? await type()
        : await chooseSignIn(key, {
            ...request,
            signIn: machine,
            secret: form?.secret ?? '',
            grant: (signal) => accounts.grant(machine, key, signal),
            judge: ({ credential }, signal) => this.#judgeMachine(key, credential, options, signal),
            keep: async (granted) => {
              const whose = granted.account ?? accountOf(granted.credential);
              account = `${whose ?? 'whoever it is'} (${machineSignInName(machine)})`;
              await accounts.keepMachine(key, machine, whose);
            },
            type: () => type(true),
          });
    if (answer.kind === 'next') {
      const name = formatRegistryKey(key);
      log.info(`signed in to ${name} as ${account}${answer.value === 'unchecked' ? ', unchecked' : ''}`);
      vscode.window.setStatusBarMessage(`$(check) Signed in to ${name} as ${account}`, 5_000);
    }
    return answer;
  }

  /** What the registry says to a credential; where it is known, also whether it lets that push to the repository. */
  async #judge(
    key: RegistryKey,
    credential: Credential,
    options: SignInOptions,
    signal: AbortSignal,
  ): Promise<SignInJudgement> {
    const { engineIsLocal, log } = this.#parts;
    if (!isSameHere(key.registry, await engineIsLocal()))
      return { status: 'unreachable', error: new Error(onEnginesMachine(key)) };
    const { checkSignIn } = await import('../registry/index.ts');
    const check = await checkSignIn(key, credential, options, signal);
    if (check.status !== 'unreachable' || check.error.code !== 'certificate-untrusted') return check;
    log.info(`the sign-in to ${formatRegistryKey(key)} could not be checked: ${check.error.message}`);
    return { status: 'unreachable', error: new Error(untrustedHere(key)) };
  }

  /** A sign-in of this machine may be good for other things than packages: whether it may push is asked, where that is known. */
  async #judgeMachine(
    key: RegistryKey,
    credential: Credential,
    options: SignInOptions,
    signal: AbortSignal,
  ): Promise<SignInJudgement> {
    const judgement = await this.#judge(key, credential, options, signal);
    if (judgement.status !== 'accepted' || options.repository === undefined) return judgement;
    const { openRegistry } = await import('../registry/index.ts');
    const place = { registry: key.registry, path: options.repository };
    try {
      const right = await openRegistry(key.registry, { ...options, credential }).mayPush(place, signal);
      return right.kind === 'refused' ? { status: 'refused', message: right.error.message } : judgement;
    } catch (error) {
      if (signal.aborted) throw error;
      // What the registry did not judge is left to the push.
      return judgement;
    }
  }
}

/** The engine pushes, and it has its own list of whom to trust: what fails here need not fail there. */
function untrustedHere({ registry }: RegistryKey): string {
  return `The certificate of ${registry} is not trusted here, so the sign-in cannot be checked. The engine decides for itself whether it trusts it.`;
}

function onEnginesMachine({ registry }: RegistryKey): string {
  return `${registry} is on the engine's machine, so the sign-in cannot be checked from here.`;
}

/** Why a sign-in is asked for, where one was to be expected. */
function reasonFor(answer: KeychainAnswer | undefined): string | undefined {
  if (answer?.kind === 'source-failed') return plainText(answer.error.message);
  if (answer?.kind !== 'missing-secret') return undefined;
  return `The sign-in of ${plainText(answer.account ?? 'whoever signed in', 80)} is lost. Sign in again.`;
}
