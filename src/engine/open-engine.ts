import { formatReference, formatRepository, type TaggedReference } from '../reference/index.ts';
import { lost, notAnEngine } from './connection-error.ts';
import type { ChosenEndpoint } from './endpoint.ts';
import { EngineConnection, type EngineLimits } from './engine-connection.ts';
import { EngineError } from './engine-error.ts';
import { isAtLeast } from './engine-facts.ts';
import type { Engine, EngineInfo } from './engine.ts';
import { historySchema, imageDetails, imageListSchema, imageSchema, layerSizes, localImages } from './image-answer.ts';
import { describedSchema, imageDescription } from './image-description.ts';
import { imageEventOf } from './image-event-answer.ts';
import type { ImageEvent } from './image-event.ts';
import type { ImageDescription, ImageDetails, LocalImage } from './image.ts';
import { isInsecure, registryConfigSchema } from './insecure-registries.ts';
import { LineCutter } from './line-cutter.ts';
import type { PullStreamEvent } from './pull-event.ts';
import { readPullStream } from './pull-line.ts';
import type { PushOptions, PushStreamEvent } from './push-event.ts';
import { platformParameter, platformSince, registryAuth } from './push-parameters.ts';
import { readPushStream } from './push-stream-reader.ts';

/** Nothing is sent before a verb is used. */
export function openEngine(chosen: ChosenEndpoint, limits: EngineLimits = {}): Engine {
  return new DockerodeEngine(new EngineConnection(chosen, limits));
}

class DockerodeEngine implements Engine {
  readonly chosen: ChosenEndpoint;
  readonly #connection: EngineConnection;

  constructor(connection: EngineConnection) {
    this.chosen = connection.chosen;
    this.#connection = connection;
  }

  dispose(): void {
    this.#connection.dispose();
  }

  async ping(signal?: AbortSignal): Promise<void> {
    const answer: unknown = await this.#connection.unversioned(signal).ping();
    if (answer !== 'OK') throw notAnEngine(this.chosen, 'does not answer a ping');
  }

  async info(signal?: AbortSignal): Promise<EngineInfo> {
    this.#connection.forget();
    const { product, version } = await this.#connection.known(signal);
    return {
      product,
      version: version.Version,
      apiVersion: version.ApiVersion,
      store: await this.#connection.store(signal),
      os: version.Os,
      arch: version.Arch,
    };
  }

  async isInsecure(registry: string, signal?: AbortSignal): Promise<boolean> {
    const { product } = await this.#connection.known(signal);
    // Asked anew: Docker reads its list again while it runs.
    const answer: unknown = await (await this.#connection.question(signal)).info();
    return isInsecure(registry, product, this.#connection.validated(registryConfigSchema, answer));
  }

  async listImages(signal?: AbortSignal): Promise<LocalImage[]> {
    const docker = await this.#connection.question(signal);
    return localImages(this.#connection.validated(imageListSchema, await docker.listImages()));
  }

  async inspectImage(nameOrId: string, signal?: AbortSignal): Promise<ImageDetails> {
    const docker = await this.#connection.question(signal, nameOrId);
    const image = this.#connection.validated(imageSchema, await docker.getImage(inPath(nameOrId)).inspect());
    // Only the containerd store describes the target; where nothing is described, it may be too old to do so.
    return imageDetails(image, image.Descriptor ? 'containerd' : await this.#connection.store(signal));
  }

  async describeImage(nameOrId: string, signal?: AbortSignal): Promise<ImageDescription> {
    const ask = async () => (await this.#connection.question(signal, nameOrId)).getImage(inPath(nameOrId));
    const [inspected, history] = await Promise.all([
      ask().then((image): Promise<unknown> => image.inspect()),
      ask().then((image): Promise<unknown> => image.history()),
    ]);
    const image = this.#connection.validated(describedSchema, inspected);
    const store = image.Descriptor ? 'containerd' : await this.#connection.store(signal);
    return imageDescription(image, this.#connection.validated(historySchema, history), store);
  }

  async layerSizes(imageId: string, signal?: AbortSignal): Promise<readonly number[] | undefined> {
    const ask = async () => (await this.#connection.question(signal, imageId)).getImage(inPath(imageId));
    const [details, history] = await Promise.all([
      ask().then((image) => image.inspect()),
      ask().then((image): Promise<unknown> => image.history()),
    ]);
    const { RootFS } = this.#connection.validated(imageSchema, details);
    return layerSizes(this.#connection.validated(historySchema, history), RootFS?.Layers?.length ?? 0);
  }

  async *saveImage(nameOrId: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const { docker, call } = await this.#connection.stream(signal, { image: nameOrId });
    const answer = (await docker.getImage(inPath(nameOrId)).get()) as AsyncIterable<unknown>;
    yield* call.chunks(answer);
  }

  async tagImage(imageId: string, target: TaggedReference, signal?: AbortSignal): Promise<void> {
    const docker = await this.#connection.question(signal, imageId);
    await docker.getImage(inPath(imageId)).tag({ repo: formatRepository(target.repository), tag: target.tag });
  }

  async untagImage(reference: TaggedReference, signal?: AbortSignal): Promise<void> {
    const name = formatReference(reference);
    const docker = await this.#connection.question(signal, name);
    await docker.getImage(inPath(name)).remove({ force: false });
  }

  async *pushImage(
    target: TaggedReference,
    { auth, platform, signal }: PushOptions,
  ): AsyncGenerator<PushStreamEvent, void> {
    if (platform !== undefined) await this.#requirePlatforms(signal);
    const { docker, call } = await this.#connection.stream(signal, {
      headers: { 'X-Registry-Auth': registryAuth(auth) },
      image: formatReference(target),
    });
    // The tag is always said: without one, moby pushes every tag of the repository.
    const options = { tag: target.tag, ...(platform !== undefined && { platform: platformParameter(platform) }) };
    const answer = await docker.getImage(inPath(formatRepository(target.repository))).push(options);
    yield* readPushStream(call.chunks(answer));
  }

  async *pullImage(
    source: TaggedReference,
    { auth, platform, signal }: PushOptions,
  ): AsyncGenerator<PullStreamEvent, void> {
    const { docker, call } = await this.#connection.stream(signal, {
      headers: { 'X-Registry-Auth': registryAuth(auth) },
    });
    // The tag is always said: without one, moby pulls every tag of the repository.
    const options = { fromImage: formatRepository(source.repository), tag: source.tag, ...(platform && { platform }) };
    // Its type does not know that the answer is a stream.
    const answer = (await docker.createImage(options)) as AsyncIterable<unknown>;
    yield* readPullStream(call.chunks(answer));
  }

  async *watchImages({
    signal,
    onOpen,
  }: {
    readonly signal: AbortSignal;
    readonly onOpen?: () => void;
  }): AsyncGenerator<ImageEvent, void> {
    const { docker, call } = await this.#connection.stream(signal);
    const answer = await docker.getEvents({ filters: { type: ['image'] } });
    try {
      onOpen?.();
      const lines = new LineCutter();
      for await (const chunk of call.chunks(answer))
        for (const line of lines.write(chunk)) {
          const event = 'overlong' in line ? undefined : imageEventOf(line.text);
          if (event) yield event;
        }
    } finally {
      call.finish();
    }
    this.#connection.forget();
    throw lost(this.chosen);
  }

  /** An engine that does not know the parameter ignores it, and would push another image than was asked for. */
  async #requirePlatforms(signal: AbortSignal | undefined): Promise<void> {
    const { product, version, api } = await this.#connection.known(signal);
    if (product === 'Docker' && isAtLeast(api, platformSince)) return;
    throw new EngineError(
      'engine-platform-unsupported',
      `${product} ${version.Version} cannot push one platform alone, so nothing was sent. Push without a platform, or update the engine.`,
    );
  }
}

/** A name as part of a path: engines take its slashes, colons and its @ as they are. */
function inPath(name: string): string {
  return encodeURIComponent(name).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%40', '@');
}
