import type { IncomingMessage } from 'node:http';
import { CancelledError } from '../base/index.ts';
import type { Repository } from '../reference/index.ts';
import type { Connection } from './connection.ts';
import { named } from './connection-errors.ts';
import { hashLike } from './digest.ts';
import { RegistryError, type RegistryErrorCode } from './errors.ts';
import { scopeOf } from './scope.ts';
import type { Session } from './session.ts';
import type { Answer } from './wire.ts';

/** A blob as a manifest describes it. */
export interface WantedBlob {
  readonly digest: string;
  /** Bytes. Absent where it is not known: then the digest alone tells at the end, and a limit is the reader's. */
  readonly size?: number;
}

export interface BlobReader {
  /**
   * A blob's bytes as they come, checked against its size and, at the end, its digest: what was read is right only once
   * the end was reached. It is asked for when the first byte is wanted; leaving the loop closes the connection. Most
   * registries refer to a store elsewhere, to which no credential is sent. What breaks off is not tried again. The time
   * limit is for the answer, and then for each piece of it.
   *
   * @throws RegistryError `blob-missing`, `blob-invalid` and others, CancelledError
   */
  openBlob(repository: Repository, blob: WantedBlob, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export async function* readBlob(
  connection: Connection,
  repository: Repository,
  blob: WantedBlob,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const { digest, size = Infinity } = blob;
  const { host } = connection;
  const hash = hashLike(digest);
  if (!hash)
    throw new RegistryError(
      'blob-invalid',
      `${repository.path} has a blob whose digest cannot be checked: ${digest}.`,
      {
        host,
      },
    );
  const { answer, content } = await connection.use(signal, (session, signal) =>
    openBlob(session, repository, digest, signal),
  );
  const fail = (code: RegistryErrorCode, message: string, more: { temporary?: boolean; cause?: unknown } = {}) => {
    const { method, url, status } = answer;
    return new RegistryError(code, message, { host, method, url, status, ...more });
  };
  const invalid = (fault: string): RegistryError =>
    fail('blob-invalid', `${host} sent a blob for ${repository.path} that is not valid: ${fault}.`);
  const chunks = content[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let bytes = 0;
  try {
    for (;;) {
      const next = await connection.piece(signal, () => chunks.next());
      if (next.done) break;
      bytes += next.value.length;
      if (bytes > size) throw invalid(`it has more than its ${size} bytes`);
      hash.update(next.value);
      yield next.value;
    }
    if (blob.size !== undefined && bytes < blob.size) throw invalid(`it has ${bytes} bytes of ${blob.size}`);
    if (!digest.endsWith(`:${hash.digest('hex')}`)) throw invalid(`its bytes do not have the digest ${digest}`);
  } catch (error) {
    if (error instanceof RegistryError || error instanceof CancelledError) throw error;
    const where = named(host, answer.url);
    throw fail('registry-unreachable', `The connection to ${where} broke after ${bytes} bytes of a blob.`, {
      temporary: true,
      cause: error,
    });
  } finally {
    content.destroy();
  }
}

async function openBlob(
  session: Session,
  repository: Repository,
  digest: string,
  signal: AbortSignal,
): Promise<{ answer: Answer; content: IncomingMessage }> {
  const path = `/v2/${repository.path}/blobs/${digest}`;
  const scope = scopeOf(repository, 'pull');
  const answer = await session.request({ method: 'GET', path, scope, accept: '*/*', limit: 'stream' }, signal);
  const { content } = answer;
  if (content) return { answer, content };
  // A store that lacks what the registry has says nothing of the image.
  if (answer.status !== 404 || !session.isOwn(answer)) throw session.fault(answer);
  await session.confirmRegistry(signal);
  throw session.fault(answer, 'blob-missing', `${session.host} has no blob ${digest} in ${repository.path}.`);
}
