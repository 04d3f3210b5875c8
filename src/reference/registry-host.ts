import { dockerHub } from './grammar.ts';

/** The host that serves a registry's API: Docker Hub's is not the one in its references. */
export function apiHost(registry: string): string {
  return registry === dockerHub ? 'registry-1.docker.io' : registry;
}

/**
 * Whether a registry (`host[:port]`) is on the machine that asks: `localhost` and names under it, 127.0.0.0/8, `[::1]`.
 * Engines accept plain HTTP and unknown certificates from these alone.
 */
export function isLoopback(registry: string): boolean {
  const host = registry.toLowerCase().replace(/:\d+$/u, '');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    /^127(?:\.\d{1,3}){3}$/u.test(host) ||
    /^\[[0:]+:0{0,3}1\]$/u.test(host)
  );
}
