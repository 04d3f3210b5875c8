import path from 'node:path';
import { type DockerConfigEntry, type DockerConfig, entryFor, entryIn, parseDockerConfig } from './docker-config.ts';
import { CredentialsError } from './errors.ts';

export interface DockerConfigOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's folder. */
  readonly home: string;
  /** Reads a file as UTF-8; rejects as `fs.readFile` does, with a `code`. */
  readonly readFile: (path: string) => Promise<string>;
}

const empty: DockerConfig = { auths: {}, credsStore: '', credHelpers: {} };

/** The credentials that Docker's configuration holds. They are read each time, and never written. */
export class DockerConfigCredentials {
  readonly #options: DockerConfigOptions;

  constructor(options: DockerConfigOptions) {
    this.#options = options;
  }

  /**
   * Looks in `DOCKER_AUTH_CONFIG`, then in `config.json` of `DOCKER_CONFIG` or `~/.docker`.
   *
   * @param registry as references name it, `docker.io` or `host[:port]`
   * @throws CredentialsError `docker-config-invalid`
   */
  async find(registry: string): Promise<DockerConfigEntry> {
    const first = entryIn(this.variable().auths, registry);
    return first.kind === 'found' ? first : entryFor(await this.file(), registry);
  }

  /**
   * `DOCKER_AUTH_CONFIG`, which knows of no helpers.
   *
   * @throws CredentialsError `docker-config-invalid`
   */
  variable(): DockerConfig {
    const { auths } = this.#parsed(this.#options.env.DOCKER_AUTH_CONFIG, 'in DOCKER_AUTH_CONFIG');
    return { ...empty, auths };
  }

  /**
   * The CLI's `config.json`; empty where there is none.
   *
   * @throws CredentialsError `docker-config-invalid`
   */
  async file(): Promise<DockerConfig> {
    const { env, home, readFile } = this.#options;
    const file = path.join(env.DOCKER_CONFIG || path.join(home, '.docker'), 'config.json');
    let content: string | undefined;
    try {
      content = await readFile(file);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw invalid(file, 'cannot be read', { cause: error });
    }
    return this.#parsed(content, file);
  }

  #parsed(content: string | undefined, where: string): DockerConfig {
    if (content === undefined || content.trim() === '') return empty;
    const config = parseDockerConfig(content);
    if (config === undefined) throw invalid(where, 'is not a JSON object');
    return config;
  }
}

function invalid(where: string, why: string, options?: { cause: unknown }): CredentialsError {
  return new CredentialsError(
    'docker-config-invalid',
    `Docker's configuration ${where} ${why}, so no credential could be looked up there. Repair it, sign in here, or turn dockerPush.credentials.useDockerConfig off.`,
    options,
  );
}
