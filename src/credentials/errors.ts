import { SidedError } from '../base/index.ts';

/**
 * - `credential-helper-failed`: the program that keeps Docker's credentials could not be asked.
 * - `docker-config-invalid`: the Docker configuration cannot be read, and a credential was looked for there.
 * - `machine-sign-in-failed`: a sign-in that this machine has, as GitHub's in VS Code, gave no credential.
 * - `secret-store-failed`: the editor could not keep or remove a secret.
 */
export type CredentialsErrorCode =
  'credential-helper-failed' | 'docker-config-invalid' | 'machine-sign-in-failed' | 'secret-store-failed';

/** A place for credentials failed. Neither the message nor the cause holds anything of its content. */
export class CredentialsError extends SidedError {
  // Written out: a bundle's short class names would show in logs.
  override readonly name = 'CredentialsError';
  declare readonly code: CredentialsErrorCode;

  constructor(code: CredentialsErrorCode, message: string, options?: { cause?: unknown }) {
    super('credentials', code, message, options);
  }
}
