const dockerHub = 'docker.io';
const dockerHubAddress = 'https://index.docker.io/v1/';
/** All names under which Docker's configuration may know Docker Hub. */
const dockerHubHosts = new Set([dockerHub, 'index.docker.io', 'registry-1.docker.io']);

/**
 * Under which name Docker keeps a registry's credential, and an engine wants it: for Docker Hub the address of an API
 * long gone, else `host[:port]` (docker/cli `cli/command/registry.go`).
 */
export function serverAddress(registry: string): string {
  return registry === dockerHub ? dockerHubAddress : registry;
}

/** The registry of such a name, as references name it: `host[:port]`, with scheme and path left out. */
export function registryOfAddress(address: string): string {
  const [host = ''] = address
    .replace(/^https?:\/\//iu, '')
    .toLowerCase()
    .split('/', 1);
  return dockerHubHosts.has(host) ? dockerHub : host;
}
