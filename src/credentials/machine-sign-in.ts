import type { RegistryKey } from '../reference/index.ts';
import type { PasswordCredential } from './credential.ts';

/** A sign-in that this machine has already, of which a registry takes a token. */
export const machineSignInIds = ['github', 'microsoft', 'aws', 'gcloud'] as const;

export type MachineSignInId = (typeof machineSignInIds)[number];

/** A credential that was made for a short time: used, and never stored. */
export interface GrantedCredential {
  readonly credential: PasswordCredential;
  /** When it ends, by the clock of who made it; absent where that is not told. */
  readonly expiresAt?: Date;
  /** Whose sign-in it was made of, to be shown; absent where the user name says so. */
  readonly account?: string;
}

export interface GrantOptions {
  /** Whether somebody has just asked for it: only then may it show a dialog. */
  readonly interactive: boolean;
  /** Whose it was when it was chosen: nobody else's serves. */
  readonly account?: string;
  readonly signal?: AbortSignal;
}

/** Makes a credential of a sign-in that this machine has. */
export interface MachineSignIn {
  readonly id: MachineSignInId;
  /**
   * @throws SidedError whose message says what to do; CancelledError when the signal aborts, or when who was asked
   *   declined
   */
  grant(key: RegistryKey, options: GrantOptions): Promise<GrantedCredential>;
}

/** The source behind an account, as in `mira (GitHub in VS Code)`. */
export function machineSignInName(id: MachineSignInId): string {
  switch (id) {
    case 'github':
      return 'GitHub in VS Code';
    case 'microsoft':
      return 'Microsoft in VS Code';
    case 'aws':
      return 'AWS on this machine';
    case 'gcloud':
      return 'gcloud on this machine';
  }
}
