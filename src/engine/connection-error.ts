import { redacted } from '../base/index.ts';
import type { ChosenEndpoint } from './endpoint.ts';
import { EngineError, type UnreachableReason } from './engine-error.ts';
import { SshError } from './ssh-connection.ts';

const another = 'choose another engine with "docker context use" or in dockerPush.engine.endpoint';

/** What a failed connection, or one that broke before its answer, means and what helps. */
export function connectionError(error: unknown, chosen: ChosenEndpoint): EngineError {
  const code = codeOf(error);
  if (code.startsWith('HPE_')) return notAnEngine(chosen, 'does not speak HTTP', error);
  if (code === 'ECONNRESET' || code === 'EPIPE') return lost(chosen, error);
  const reason = reasonOf(error, code);
  return new EngineError('engine-unreachable', sentences(reason, chosen, error), { reason, cause: error });
}

/** The connection broke within the answer. */
export function lost(chosen: ChosenEndpoint, cause?: unknown): EngineError {
  const message = `The connection to the engine at ${placeOf(chosen)} was lost while it was answering. Look whether the engine is still running.`;
  return new EngineError('engine-lost', message, { cause });
}

/** It did not answer in time. */
export function silent(chosen: ChosenEndpoint, milliseconds: number): EngineError {
  const message = `The engine at ${placeOf(chosen)} did not answer within ${milliseconds / 1000} seconds. Look whether it is running, or ${another}.`;
  return new EngineError('engine-unreachable', message, { reason: 'timeout' });
}

/** @param what ends the sentence "What answers at …" */
export function notAnEngine(chosen: ChosenEndpoint, what: string, cause?: unknown): EngineError {
  const message = `What answers at ${placeOf(chosen)} ${what}, so it is no container engine that this extension knows. Check the address, or ${another}.`;
  return new EngineError('engine-protocol', message, { cause });
}

function reasonOf(error: unknown, code: string): UnreachableReason {
  if (error instanceof SshError) return 'ssh';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'no-socket';
    case 'ECONNREFUSED':
      return 'refused';
    case 'EACCES':
    case 'EPERM':
      return 'permission';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'unknown-host';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return 'no-route';
    case 'ETIMEDOUT':
      return 'timeout';
  }
  return /CERT|TLS|SSL|EPROTO|UNABLE_TO/u.test(code) ? 'tls' : 'other';
}

function sentences(reason: UnreachableReason, chosen: ChosenEndpoint, error: unknown): string {
  const place = placeOf(chosen);
  const words = error instanceof Error ? redacted(error.message, 300) : 'unknown';
  switch (reason) {
    case 'no-socket':
      return `There is no engine at ${place}: the socket does not exist. Start Docker, or ${another}.`;
    case 'refused':
      return `The engine at ${place} is not running: the connection was refused. Start Docker, or ${another}.`;
    case 'permission':
      return `You may not use the engine at ${place}. On Linux, join the group that owns the socket (usually "docker") and sign in again, or use a rootless engine.`;
    case 'unknown-host':
      return `The engine's host in ${place} is not known. Check the name and the network, or ${another}.`;
    case 'no-route':
      return `No network leads to the engine at ${place}. Check the network or VPN, or ${another}.`;
    case 'timeout':
      return `The engine at ${place} did not answer in time. Check the address and the network, or ${another}.`;
    case 'tls':
      return `No trusted TLS connection to the engine at ${place} came about (${words}). Check the address and the certificates of the context or of DOCKER_CERT_PATH.`;
    case 'ssh':
      return `The engine at ${place} cannot be reached over ssh: ${words}. Make "ssh" to this host work in a terminal without a prompt, with Docker installed there.`;
    case 'other':
      return `The engine at ${place} cannot be reached (${words}). Look whether it is running, or ${another}.`;
  }
}

function placeOf({ address, context, source }: ChosenEndpoint): string {
  if (context !== undefined) return `${address} (context "${context}")`;
  return source === 'DOCKER_HOST' ? `${address} (DOCKER_HOST)` : address;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
