import type { Log } from '../base/index.ts';
import type { Credential } from '../credentials/index.ts';
import { formatRegistryKey, type RegistryKey } from '../reference/index.ts';
import type { SignInOptions } from '../registry/index.ts';
import type { SignInJudgement } from './flow/sign-in-flow.ts';
import { isSameHere } from './registry-side.ts';

export interface SignInCheckParts {
  readonly log: Log;
  /** Whether the engine in use is on this machine. Nothing is contacted by that. */
  readonly engineIsLocal: () => Promise<boolean>;
}

/** Asks registries what they say to a credential, before it is kept. */
export class SignInChecker {
  readonly #parts: SignInCheckParts;

  constructor(parts: SignInCheckParts) {
    this.#parts = parts;
  }

  /** What the registry says to a credential; where it is known, also whether it lets that push to the repository. */
  async judge(
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
  async judgeForPush(
    key: RegistryKey,
    credential: Credential,
    options: SignInOptions,
    signal: AbortSignal,
  ): Promise<SignInJudgement> {
    const judgement = await this.judge(key, credential, options, signal);
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
