import os from 'node:os';
import { access } from 'node:fs/promises';
import type { Clock } from '../base/index.ts';
import type { Credential } from './credential.ts';
import { CredentialsError } from './errors.ts';
import { type HelperReply, readCredentialAnswer, readListAnswer } from './helper-answer.ts';
import { findProgram, isOpen } from './program-search.ts';
import { runProgram } from './run-program.ts';
import { registryOfAddress } from './server-address.ts';

export interface CredentialHelpersOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's folder. */
  readonly home: string;
  /** The folders that are open, whose programs are not run; asked each time. */
  readonly workspaceFolders: () => readonly string[];
  readonly clock: Clock;
}

/** As `docker-credential-<helper>`: what more there is in a name would be a path. */
const helperName = /^[\w.-]{1,100}$/u;

/** A helper may show a dialog in which a person types a passphrase; the CLI waits for ever. */
const limitMs = 60_000;

const outputLimit = 1024 * 1024;

/**
 * Asks Docker's credential helpers: the programs `docker-credential-<helper>` that the Docker configuration names
 * (https://github.com/docker/docker-credential-helpers). They are only asked, never told to keep or erase anything.
 */
export class CredentialHelpers {
  readonly #options: CredentialHelpersOptions;

  constructor(options: CredentialHelpersOptions) {
    this.#options = options;
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
    const { env, platform, home, workspaceFolders, clock } = this.#options;
    const folders = workspaceFolders();
    const found = await findProgram(programName(helper), { env, platform, workspaceFolders: folders });
    if (found.kind === 'unusable') return { kind: 'failed', why: found.why };
    const cwd = (await this.#mayRunInHome(folders)) ? home : os.tmpdir();
    const program = { program: found.path, args: [action], input, cwd, env: helperEnvironment(env) };
    const end = await runProgram({ ...program, limitMs, outputLimit, clock }, signal);
    switch (end.kind) {
      case 'ended':
        return read(end.code, end.stdout);
      case 'too-long':
        return { kind: 'failed', why: `gave no answer within ${limitMs / 1000} seconds` };
      case 'too-much':
        return { kind: 'failed', why: 'gave an answer that is far too long' };
      case 'not-started':
        return { kind: 'failed', why: `could not be started (${end.code})` };
    }
  }

  /** Not when it is open itself, or is not there. */
  async #mayRunInHome(workspaceFolders: readonly string[]): Promise<boolean> {
    const { home, platform } = this.#options;
    const there = await access(home).then(
      () => true,
      () => false,
    );
    return there && !(await isOpen(home, { platform, workspaceFolders }));
  }
}

/**
 * The CLI hands its whole environment on, and helpers need it: D-Bus, displays, AWS and Google settings, a GnuPG folder.
 * What the editor has put there for processes of its own is left out; it would make an Electron program plain Node.
 */
export function helperEnvironment(env: CredentialHelpersOptions['env']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:ELECTRON|VSCODE)_/iu.test(name)));
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
