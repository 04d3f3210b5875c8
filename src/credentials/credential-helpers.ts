import { askProgram, type ProgramPlace } from './ask-program.ts';
import type { Credential } from './credential.ts';
import { CredentialsError } from './errors.ts';
import { type HelperReply, readCredentialAnswer, readListAnswer } from './helper-answer.ts';
import { registryOfAddress } from './server-address.ts';

/** As `docker-credential-<helper>`: what more there is in a name would be a path. */
const helperName = /^[\w.-]{1,100}$/u;

/**
 * Asks Docker's credential helpers: the programs `docker-credential-<helper>` that the Docker configuration names
 * (https://github.com/docker/docker-credential-helpers). They are only asked, never told to keep or erase anything.
 */
export class CredentialHelpers {
  readonly #place: ProgramPlace;

  constructor(place: ProgramPlace) {
    this.#place = place;
  }

  /**
   * The credential that a helper has for an address; undefined when it has none.
   *
   * @param address as Docker writes it: `host[:port]`, or Docker Hub's old URL
   * @throws CredentialsError `credential-helper-failed`; CancelledError when the signal aborts
   */
  async get(helper: string, address: string, signal?: AbortSignal): Promise<Credential | undefined> {
    const reply = await this.#run(helper, 'get', address, readCredentialAnswer, signal);
    if (reply.kind === 'failed') throw failure(helper, reply.why, registryOfAddress(address));
    return reply.kind === 'none' ? undefined : reply.value;
  }

  /**
   * The user's name for each address that a helper has something for. Not every helper can tell.
   *
   * @throws CredentialsError `credential-helper-failed`; CancelledError when the signal aborts
   */
  async list(helper: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    // What the CLI sends with it: some helpers want to read something.
    const reply = await this.#run(helper, 'list', 'unused', readListAnswer, signal);
    if (reply.kind === 'failed') throw failure(helper, reply.why);
    return reply.kind === 'none' ? new Map() : reply.value;
  }

  async #run<T>(
    helper: string,
    action: 'get' | 'list',
    input: string,
    read: (code: number | undefined, stdout: string) => HelperReply<T>,
    signal: AbortSignal | undefined,
  ): Promise<HelperReply<T>> {
    if (!helperName.test(helper)) throw nameless();
    const question = { name: programName(helper), args: [action], input };
    const end = await askProgram(question, this.#place, signal);
    return end.kind === 'failed' ? end : read(end.code, end.stdout);
  }
}

/** The name of the helper's program, as it is shown too. */
export function programName(helper: string): string {
  return `docker-credential-${helper}`;
}

function nameless(): CredentialsError {
  return new CredentialsError(
    'credential-helper-failed',
    'The Docker configuration names a credential helper by what can be no name of a program, so it is not run. Correct credsStore or credHelpers there, or sign in here.',
  );
}

function failure(helper: string, why: string, registry?: string): CredentialsError {
  const name = programName(helper);
  const what = registry === undefined ? '' : `, which keeps Docker's sign-in to ${registry},`;
  const remedy =
    registry === undefined
      ? `Try “${name} list” in a terminal.`
      : `Sign in here, or see in a terminal what “docker login ${registry}” says.`;
  return new CredentialsError('credential-helper-failed', `${name}${what} ${why}. ${remedy}`);
}
