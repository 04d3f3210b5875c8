/** What a user gave for a registry, or a former sign-in left. */
export type Credential = PasswordCredential | IdentityToken;

/** A user's name with a password or an access token. */
export interface PasswordCredential {
  readonly username: string;
  readonly password: string;
  /** Whose it is, where the user name does not say; it is only shown. */
  readonly account?: string;
}

/** What a token server takes in a password's stead (https://distribution.github.io/distribution/spec/auth/oauth/). */
export interface IdentityToken {
  readonly identityToken: string;
  /** Whose it is, where that is known; it is only shown. */
  readonly username?: string;
}

/** Whose a credential is, to be shown; undefined where it does not say, or where the user name is the secret itself. */
export function accountOf(credential: Credential): string | undefined {
  if ('account' in credential) return credential.account;
  if ('password' in credential && credential.username === credential.password) return undefined;
  return credential.username;
}
