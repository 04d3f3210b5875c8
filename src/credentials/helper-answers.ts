import type { Credential } from './credential.ts';
import type { CredentialsError } from './errors.ts';

/** What a helper said when it was asked for the credential of a registry. */
export type HelperAnswer =
  | { readonly kind: 'found'; readonly credential: Credential }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly error: CredentialsError };

/**
 * What the helpers have said in the course of one request (the steps of a flow and the pushes that follow), so that none
 * is asked twice: it may show a dialog each time. By helper and address. It is thrown away with the request.
 */
export type HelperAnswers = Map<string, Promise<HelperAnswer>>;
