/** Certificates for an engine that listens on TCP with TLS, as PEM text. */
export interface EndpointTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False only where the Docker configuration says so (`SkipTLSVerify`, `DOCKER_TLS` without `DOCKER_TLS_VERIFY`). */
  readonly verify: boolean;
}

/** Where an engine listens. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'npipe'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: EndpointTls }
  | {
      readonly kind: 'ssh';
      readonly user?: string;
      readonly host: string;
      readonly port?: number;
      /** The engine's socket on that host, where it is not the remote CLI's own choice. */
      readonly socketPath?: string;
    };

/** Which rule of the Docker CLI led to the endpoint. */
export type EndpointSource = 'setting' | 'DOCKER_HOST' | 'DOCKER_CONTEXT' | 'context' | 'default';

/** The endpoint in use, and why. */
export interface ChosenEndpoint {
  readonly endpoint: Endpoint;
  /** As in DOCKER_HOST (`unix:///var/run/docker.sock`), without secrets: for people and logs. */
  readonly address: string;
  readonly source: EndpointSource;
  /** The Docker context's name, where one was used. */
  readonly context?: string;
  /** What a person calls it: the context's name, `DOCKER_HOST`, `default`, else the address. */
  readonly label: string;
  /** A socket or pipe of this machine: it may be contacted without being asked. */
  readonly local: boolean;
}
