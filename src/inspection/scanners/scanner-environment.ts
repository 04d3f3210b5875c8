import type { ScannerId } from './scanner.ts';
import type { ScanSubject } from './scan-subject.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What says which engine the Docker CLI and the scanners speak to; half of another's would mislead them. */
const engineVariables = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_TLS', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH'];

/** What would send the report elsewhere, or scan something else. */
const diversions: Readonly<Record<ScannerId, readonly string[]>> = {
  trivy: ['TRIVY_OUTPUT', 'TRIVY_INPUT', 'TRIVY_TEMPLATE'],
  grype: ['GRYPE_FILE', 'GRYPE_OUTPUT'],
  'docker-scout': [],
};

/**
 * What holds where the user says nothing else: no look for a newer version of the scanner, no report of its use. As
 * variables, since an older version stops at an option that it does not know.
 */
const quiet: Readonly<Record<ScannerId, Environment>> = {
  trivy: { TRIVY_SKIP_VERSION_CHECK: 'true', TRIVY_DISABLE_TELEMETRY: 'true' },
  grype: { GRYPE_CHECK_FOR_APP_UPDATE: 'false' },
  'docker-scout': { DOCKER_SCOUT_NEW_VERSION_WARN: 'false' },
};

/**
 * The environment for a scanner: the user's, so that what it says of databases, proxies and being offline
 * (TRIVY_SKIP_DB_UPDATE, GRYPE_DB_AUTO_UPDATE, HTTPS_PROXY) holds, but for the engine that is spoken to.
 */
export function scannerEnvironment(scanner: ScannerId, subject: ScanSubject, env: Environment): Environment {
  const left = new Set([...diversions[scanner], ...(subject.kind === 'engine' ? engineVariables : [])]);
  // Windows knows variables by their name in any case.
  const own = Object.entries(env).filter(([name]) => !left.has(name.toUpperCase()));
  return {
    ...quiet[scanner],
    ...Object.fromEntries(own),
    ...(subject.kind === 'engine' ? subject.environment : {}),
    ...(scanner === 'docker-scout' ? asPlugin : {}),
  };
}

/**
 * Docker Scout is a plugin of the Docker CLI, wherever it lies. It is run as the CLI runs one: with the plugin's name as
 * the first argument and this variable, by which it knows that it is not run by hand (docker/cli cli-plugins/plugin/plugin.go,
 * `RunningStandalone`). That form every plugin has; the shorter one of a run by hand is each plugin's own affair.
 */
const asPlugin: Environment = { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: 'docker' };
