import type { Credential } from '../credentials/index.ts';

/** The Basic value of a credential (https://www.rfc-editor.org/rfc/rfc7617); an identity token has none. */
export function basicOf(credential: Credential | undefined): string | undefined {
  if (credential === undefined || !('password' in credential)) return undefined;
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`;
}
