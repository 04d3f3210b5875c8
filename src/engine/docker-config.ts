import { createHash } from 'node:crypto';
import path from 'node:path';
import { messageOf } from '../base/index.ts';
import type { EndpointTls } from './endpoint.ts';
import { EngineError } from './engine-error.ts';
import { fieldOf, objectOf, textOf, type JsonObject } from './json-field.ts';

/** Reads a file as UTF-8; rejects as `fs.readFile` does, with a `code`. */
export type ReadFile = (path: string) => Promise<string>;

/** The Docker CLI's folder of configuration, which is only ever read here. */
export interface DockerFolder {
  readonly path: string;
  readonly platform: NodeJS.Platform;
  readonly readFile: ReadFile;
}

/** A context's engine, as its file says it; an empty host means the platform's default. */
export interface ContextEngine {
  readonly host: string;
  readonly tls?: EndpointTls;
}

/**
 * `currentContext` of config.json. Undefined where there is no such file or it names none.
 *
 * @throws EngineError `engine-config-invalid`: the CLI only warns there and goes to another engine
 */
export async function currentContext(folder: DockerFolder): Promise<string | undefined> {
  const file = join(folder, 'config.json');
  const unusable = (why: string, cause?: unknown): EngineError =>
    new EngineError(
      'engine-config-invalid',
      `Docker's configuration ${file} ${why}, so the engine in use is not known. Repair the file, or set dockerPush.engine.endpoint.`,
      { cause },
    );
  let text: string | undefined;
  try {
    text = await readIfThere(folder, file);
  } catch (error) {
    throw unusable('cannot be read', error);
  }
  if (text === undefined || text.trim() === '') return undefined;
  const config = parsedObject(text);
  if (config === undefined) throw unusable('is not a JSON object');
  const name = fieldOf(config, 'currentContext') ?? '';
  if (typeof name !== 'string') throw unusable('names its current context by something other than text');
  return name === '' ? undefined : name;
}

/**
 * A context of the CLI's store (`docker context ls`): `contexts/meta/<sha256 of the name>/meta.json`, its certificates
 * in `contexts/tls/<sha256>/docker/` (docker/cli `cli/context/store`).
 *
 * @param namedBy what names the context, for the message
 * @throws EngineError `engine-context-missing`
 */
export async function contextEngine(folder: DockerFolder, name: string, namedBy: string): Promise<ContextEngine> {
  const file = join(folder, 'contexts', 'meta', idOf(name), 'meta.json');
  const missing = (what: string, cause?: unknown): EngineError =>
    new EngineError(
      'engine-context-missing',
      `The Docker context "${name}", named by ${namedBy}, ${what}. See "docker context ls", then choose another one with "docker context use" or in dockerPush.engine.endpoint.`,
      { cause },
    );
  let text: string | undefined;
  try {
    text = await readIfThere(folder, file);
  } catch (error) {
    throw missing(`cannot be read (${messageOf(error)})`, error);
  }
  if (text === undefined) throw missing('does not exist');
  const endpoints = objectOf(fieldOf(parsedObject(text), 'Endpoints'));
  const docker = objectOf(fieldOf(endpoints, 'docker'));
  if (docker === undefined) throw missing(`names no Docker engine in ${file}`);
  const host = fieldOf(docker, 'Host') ?? '';
  if (typeof host !== 'string') throw missing(`has a damaged file ${file}`);
  const verify = fieldOf(docker, 'SkipTLSVerify') !== true;
  let tls: EndpointTls | undefined;
  try {
    tls = await certificatesIn(folder, join(folder, 'contexts', 'tls', idOf(name), 'docker'), verify);
  } catch (error) {
    throw missing(`has certificates that cannot be read (${messageOf(error)})`, error);
  }
  return { host, ...(tls && { tls }) };
}

/**
 * `ca.pem`, `cert.pem`, `key.pem` of a folder, those that are there. Undefined where there are none and verifying was
 * not turned off. Rejects as `readFile` does.
 */
export async function certificatesIn(
  folder: DockerFolder,
  certPath: string,
  verify: boolean,
): Promise<EndpointTls | undefined> {
  const paths = pathsOf(folder);
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readIfThere(folder, paths.join(certPath, name))),
  );
  if (ca === undefined && cert === undefined && key === undefined && verify) return undefined;
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    verify,
  };
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(text.replace(/^\uFEFF/u, '')));
  } catch {
    return undefined;
  }
}

async function readIfThere(folder: DockerFolder, file: string): Promise<string | undefined> {
  try {
    return await folder.readFile(file);
  } catch (error) {
    const code = textOf(fieldOf(objectOf(error), 'code'));
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function idOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

function join(folder: DockerFolder, ...parts: string[]): string {
  return pathsOf(folder).join(folder.path, ...parts);
}

function pathsOf({ platform }: DockerFolder): path.PlatformPath {
  return platform === 'win32' ? path.win32 : path.posix;
}
