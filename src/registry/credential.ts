/** What a user gave for a registry: a name with a password or an access token, or what a former sign-in left. */
export type RegistryCredential =
  { readonly username: string; readonly password: string } | { readonly identityToken: string };

/** The Basic value of a credential (https://www.rfc-editor.org/rfc/rfc7617); an identity token has none. */
export function basicOf(credential: RegistryCredential | undefined): string | undefined {
  if (credential === undefined || !('username' in credential)) return undefined;
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`;
}
