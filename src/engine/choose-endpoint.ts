import path from 'node:path';
import { messageOf } from '../base/index.ts';
import { certificatesIn, contextEngine, currentContext, type DockerFolder, type ReadFile } from './docker-config.ts';
import { formatAddress, isLocal, parseAddress, platformDefault } from './endpoint-address.ts';
import type { ChosenEndpoint, Endpoint, EndpointSource, EndpointTls } from './endpoint.ts';
import { EngineError } from './engine-error.ts';

/** All that the choice depends on. */
export interface EndpointQuestion {
  /** `dockerPush.engine.endpoint`: empty, `context:NAME`, or an address. */
  readonly setting: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** The person's home folder. */
  readonly home: string;
  readonly readFile: ReadFile;
}

const settingName = 'dockerPush.engine.endpoint';
const contextPrefix = 'context:';
/** docker/cli `cli/context/store/store.go` */
const contextName = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/u;

/**
 * The engine that the Docker CLI would use: the setting, else DOCKER_HOST, DOCKER_CONTEXT, the current context, the
 * platform's default (https://docs.docker.com/engine/manage-resources/contexts/). Files are read, nothing is contacted
 * and nothing is tried: what is named and cannot be used is an error, never a reason to go to another engine.
 *
 * @throws EngineError `engine-context-missing`, `engine-config-invalid`, `engine-endpoint-invalid`
 */
export async function chooseEndpoint(question: EndpointQuestion): Promise<ChosenEndpoint> {
  const { env } = question;
  const setting = question.setting.trim();
  if (setting.startsWith(contextPrefix))
    return ofContext(question, setting.slice(contextPrefix.length).trim(), 'setting', settingName);
  if (setting !== '') {
    const endpoint = await ofAddress(question, setting, settingName);
    return chosen(endpoint, 'setting', formatAddress(endpoint));
  }
  // The CLI takes DOCKER_HOST before any context.
  if (env.DOCKER_HOST) return ofDefault(question);
  if (env.DOCKER_CONTEXT) return ofContext(question, env.DOCKER_CONTEXT, 'DOCKER_CONTEXT', 'DOCKER_CONTEXT');
  const current = await currentContext(folderOf(question));
  return current === undefined
    ? ofDefault(question)
    : ofContext(question, current, 'context', 'currentContext in config.json');
}

/**
 * What a value of the setting says, in its normal form: `context:NAME` or an address. Nothing is read.
 *
 * @throws EngineError `engine-endpoint-invalid`
 */
export function describeEndpointSetting(setting: string): string {
  const text = setting.trim();
  if (!text.startsWith(contextPrefix)) return formatAddress(parseAddress(text, settingName, false));
  const name = text.slice(contextPrefix.length).trim();
  if (!contextName.test(name))
    throw new EngineError('engine-endpoint-invalid', `"${name}" cannot be the name of a Docker context.`);
  return contextPrefix + name;
}

/** The CLI's context "default": DOCKER_HOST where it is set, else the platform's own socket. */
async function ofDefault(question: EndpointQuestion): Promise<ChosenEndpoint> {
  const { DOCKER_HOST: host } = question.env;
  if (!host) return chosen(platformDefault(question.platform), 'default', 'default');
  return chosen(await ofAddress(question, host, 'DOCKER_HOST'), 'DOCKER_HOST', 'DOCKER_HOST');
}

async function ofContext(
  question: EndpointQuestion,
  name: string,
  source: EndpointSource,
  namedBy: string,
): Promise<ChosenEndpoint> {
  if (name === 'default') return ofDefault(question);
  const { host, tls } = await contextEngine(folderOf(question), name, namedBy);
  const endpoint =
    host === ''
      ? platformDefault(question.platform)
      : withTls(parseAddress(host, `the Docker context "${name}"`, tls !== undefined), tls);
  return { ...chosen(endpoint, source, name), context: name };
}

/** An address with the certificates that DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH name, as in the CLI. */
async function ofAddress(question: EndpointQuestion, address: string, where: string): Promise<Endpoint> {
  const { DOCKER_TLS_VERIFY: verify, DOCKER_TLS: unverified, DOCKER_CERT_PATH: certPath } = question.env;
  const wanted = Boolean(verify) || Boolean(unverified);
  const endpoint = parseAddress(address, where, wanted);
  if (endpoint.kind !== 'tcp' || !wanted) return endpoint;
  const folder = folderOf(question);
  const from = certPath ? certPath : folder.path;
  const unusable = (why: string, cause?: unknown): EngineError =>
    new EngineError(
      'engine-endpoint-invalid',
      `DOCKER_TLS_VERIFY or DOCKER_TLS asks for TLS, but the certificates in ${from} ${why}. Set DOCKER_CERT_PATH to the folder of ca.pem, cert.pem and key.pem.`,
      { cause },
    );
  let tls: EndpointTls | undefined;
  try {
    tls = await certificatesIn(folder, from, Boolean(verify));
  } catch (error) {
    throw unusable(`cannot be read (${messageOf(error)})`, error);
  }
  if (verify && tls?.ca === undefined) throw unusable('lack ca.pem');
  return withTls(endpoint, tls);
}

function withTls(endpoint: Endpoint, tls: EndpointTls | undefined): Endpoint {
  return endpoint.kind === 'tcp' && tls ? { ...endpoint, tls } : endpoint;
}

function chosen(endpoint: Endpoint, source: EndpointSource, label: string): ChosenEndpoint {
  return { endpoint, address: formatAddress(endpoint), source, label, local: isLocal(endpoint) };
}

function folderOf({ env, platform, home, readFile }: EndpointQuestion): DockerFolder {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  return { path: env.DOCKER_CONFIG ? env.DOCKER_CONFIG : paths.join(home, '.docker'), platform, readFile };
}
