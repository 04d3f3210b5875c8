import { isLoopback } from '../reference/index.ts';

/**
 * Whether a registry's name means the same machine here as it does to the engine: a loopback name means another one to an
 * engine that is elsewhere, and what answers here must get no password that is for there.
 */
export function isSameHere(registry: string, engineIsLocal: boolean): boolean {
  return engineIsLocal || !isLoopback(registry);
}
