/** Where secrets are. Has the shape of VS Code's SecretStorage, so that this can be passed. */
export interface SecretVault {
  /** Undefined when there is none, and when it could not be decrypted. */
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}
