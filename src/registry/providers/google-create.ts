import * as v from 'valibot';
import { RegistryError } from '../errors.ts';
import { readBody } from './body.ts';
import { askGoogle, parentOf } from './google-api.ts';
import type { ProviderParts } from './provider.ts';

const operationName = /^projects\/[\w:.-]+\/locations\/[\w-]+\/operations\/[\w-]+$/u;
/** https://github.com/googleapis/googleapis/blob/master/google/longrunning/operations.proto */
const operationBody = v.object({
  name: v.pipe(v.string(), v.regex(operationName)),
  done: v.optional(v.boolean(), false),
  error: v.optional(v.object({ message: v.optional(v.string(), '') })),
});
/** Between two looks at an operation, which has no other way to say that it is done. */
const pauseMs = 1_000;
const mostLooks = 30;

/**
 * Creates the repository `PROJECT/REPOSITORY` that a path begins with, and waits until it is there.
 *
 * @throws RegistryError, CancelledError
 */
export async function createGoogleRepository(parts: ProviderParts, path: string, signal?: AbortSignal): Promise<void> {
  const { registry, clock } = parts;
  const [project = '', repositoryId = ''] = path.split('/');
  const failed = (why: string): RegistryError =>
    new RegistryError('registry-error', `${project}/${repositoryId} was not created: ${why}`, { host: registry });
  const read = (json: unknown) => readBody(operationBody, json, registry);
  const creation = {
    path: `${parentOf(parts, project)}/repositories`,
    query: { repositoryId },
    body: { format: 'DOCKER' },
  };
  try {
    let operation = read(await askGoogle(parts, creation, signal));
    for (let looks = 0; !operation.done; looks += 1) {
      if (looks === mostLooks) throw failed(`Google was not done after ${mostLooks} seconds. Try again later.`);
      await clock.sleep(pauseMs, signal);
      operation = read(await askGoogle(parts, { path: operation.name }, signal));
    }
    if (operation.error) throw failed('Google failed at it. Look at the project’s log.');
  } catch (error) {
    // Somebody else made it in between.
    if (!(error instanceof RegistryError && error.status === 409)) throw error;
  }
}
