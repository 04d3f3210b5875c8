import type { Repository } from '../reference/index.ts';
import { digestLike } from './digest.ts';
import { RegistryError } from './errors.ts';
import { type ImageConfig, readImageConfig } from './image-config.ts';
import { parsed } from './json-answer.ts';
import { scopeOf } from './scope.ts';
import type { Session } from './session.ts';

export interface ConfigReader {
  /**
   * An image's configuration, by the digest that its manifest gives, its bytes checked against that; undefined when the
   * registry says that there is none. Most registries refer to a store elsewhere, to which no credential is sent.
   *
   * @throws RegistryError, CancelledError
   */
  config(repository: Repository, digest: string, signal?: AbortSignal): Promise<ImageConfig | undefined>;
}

const limit = 8 * 1024 * 1024;

export async function fetchConfig(
  session: Session,
  repository: Repository,
  digest: string,
  signal: AbortSignal,
): Promise<ImageConfig | undefined> {
  const path = `/v2/${repository.path}/blobs/${digest}`;
  const scope = scopeOf(repository, 'pull');
  const answer = await session.request({ method: 'GET', path, scope, accept: '*/*', limit }, signal);
  // A store that lacks what the registry has says nothing of the image.
  if (answer.status === 404 && session.isOwn(answer)) {
    await session.confirmRegistry(signal);
    return undefined;
  }
  if (answer.status !== 200) throw session.fault(answer);
  const { host } = session;
  const { method, url, status } = answer;
  const invalid = (fault: string): RegistryError => {
    const message = `${host} sent a configuration for ${repository.path} that is not valid: ${fault}.`;
    return new RegistryError('config-invalid', message, { host, method, url, status });
  };
  if (!answer.complete) throw invalid('it has more than 8 MiB');
  if (digestLike(digest, answer.body) !== digest) throw invalid(`its bytes do not have the digest ${digest}`);
  const config = readImageConfig(parsed(answer.body));
  if (config === undefined) throw invalid('it is not of its form');
  return config;
}
