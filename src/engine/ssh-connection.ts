import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { Duplex, type Readable, type Writable } from 'node:stream';
import type { Endpoint } from './endpoint.ts';

type SshEndpoint = Extract<Endpoint, { kind: 'ssh' }>;

/** `ssh` could not be started, or ended before the engine said anything. The message is what it wrote. */
export class SshError extends Error {
  override readonly name = 'SshError';
}

/** Of what `ssh` writes to stderr, so many characters are kept. */
const keptWords = 4_000;

/**
 * The arguments of the system's `ssh`, which knows the person's ~/.ssh/config, agent and known hosts. No part goes
 * through a local shell; the remote command has none but fixed words and a socket path of plain characters.
 * Nothing can be asked for here, so ssh is told not to ask (BatchMode).
 */
export function sshArguments({ user, host, port, socketPath }: SshEndpoint): string[] {
  return [
    ...['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=20', '-o', 'ServerAliveInterval=15'],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', host, 'docker'],
    ...(socketPath === undefined ? [] : ['--host', `unix://${socketPath}`]),
    ...['system', 'dial-stdio'],
  ];
}

/**
 * A connection to the engine of another machine: `docker system dial-stdio` there, spoken to over ssh, as the Docker
 * CLI does (docker/cli `cli/connhelper`). Destroying it ends the ssh process.
 */
export class SshConnection extends Duplex {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #answered = false;
  #left = false;
  #words = '';

  constructor(endpoint: SshEndpoint) {
    // A connection that ssh has left must not wait in the agent's pool.
    super({ allowHalfOpen: false });
    this.#child = spawn('ssh', sshArguments(endpoint), { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    this.#child.once('error', (error) => this.destroy(new SshError(`ssh cannot be run: ${error.message}`)));
    // A write after ssh has left fails with EPIPE; its exit, which follows, says why.
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.#answered = true;
      if (!this.push(chunk)) this.#child.stdout.pause();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#words = (this.#words + text).slice(0, keptWords);
    });
    this.#child.once('close', (code, signal) => {
      this.#left = true;
      if (!this.#answered)
        this.destroy(new SshError(this.#words.trim() || `ssh ended with ${signal ?? `code ${code ?? 'unknown'}`}`));
      else this.#end();
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  /** The reader still gets what ssh had said; then this closes, so that the agent's pool does not give it out again. */
  #end(): void {
    this.once('end', () => this.destroy());
    this.push(null);
    // Within the pool nobody reads, so no end is seen there.
    setImmediate(() => {
      if (this.readableLength === 0) this.destroy();
    });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#left) done(new SshError('ssh has ended'));
    else this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  // What Node's HTTP agent asks of a network socket; a process has nothing of the kind.
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
