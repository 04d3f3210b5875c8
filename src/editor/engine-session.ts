import { homedir } from 'node:os';
import { readFile } from 'node:fs/promises';
import { type Disposable, type Log, plainText } from '../base/index.ts';
import type { ChosenEndpoint, Engine, EngineInfo } from '../engine/index.ts';

export interface Connection {
  readonly engine: Engine;
  readonly info: EngineInfo;
}

/**
 * The engine in use: found as the setting or the Docker CLI says, asked who it is once, and kept until it is lost or
 * another is chosen. Nothing is contacted before somebody connects.
 */
export class EngineSession implements Disposable {
  readonly #endpointSetting: () => string;
  readonly #log: Log;
  /** All that may still be in use. */
  readonly #engines = new Set<Engine>();
  #connecting: Promise<Connection> | undefined;
  #turns = 0;
  #chosen: ChosenEndpoint | undefined;
  #product: EngineInfo['product'] | undefined;

  constructor(endpointSetting: () => string, log: Log) {
    this.#endpointSetting = endpointSetting;
    this.#log = log;
  }

  /** The endpoint that was tried last. */
  get chosen(): ChosenEndpoint | undefined {
    return this.#chosen;
  }

  /** Of the engine that answered last; undefined before one did. */
  get product(): EngineInfo['product'] | undefined {
    return this.#product;
  }

  /**
   * The engine, connected to if it is not yet, or if another one is chosen by now: nobody may have looked when the
   * Docker context was changed, and a push must not go by the old one. Several callers share one attempt; a failed one
   * is not remembered.
   *
   * @throws EngineError
   */
  async connect(): Promise<Connection> {
    if (this.#connecting && (await this.changed())) this.reset();
    if (this.#connecting) return this.#connecting;
    const connecting = this.#open();
    this.#connecting = connecting;
    connecting.catch(() => {
      // Not one that was begun meanwhile.
      if (this.#connecting === connecting) this.reset();
    });
    return connecting;
  }

  /** Whether the engine that would be connected to is on this machine. Nothing is contacted. */
  async isLocal(): Promise<boolean> {
    const chosen = await this.#choose().catch(() => undefined);
    return chosen?.local === true;
  }

  /** Whether the setting, the environment or the Docker configuration now lead to another engine. */
  async changed(): Promise<boolean> {
    const before = this.#chosen;
    if (!before) return false;
    const now = await this.#choose().catch(() => undefined);
    return now === undefined || now.address !== before.address || now.label !== before.label;
  }

  /** The next caller connects anew. What runs goes on: a push must not end because another engine was chosen. */
  reset(): void {
    this.#connecting = undefined;
  }

  /** Lets all engines go; what still runs on them ends as lost. */
  dispose(): void {
    this.reset();
    for (const engine of this.#engines) engine.dispose();
  }

  async #open(): Promise<Connection> {
    const { openEngine } = await import('../engine/index.ts');
    this.#chosen = undefined;
    const turn = ++this.#turns;
    const chosen = await this.#choose();
    // An attempt that was overtaken says nothing about the engine in use.
    if (turn === this.#turns) this.#chosen = chosen;
    const engine = openEngine(chosen);
    this.#engines.add(engine);
    const info = await engine.info().catch((error: unknown) => {
      engine.dispose();
      this.#engines.delete(engine);
      throw error;
    });
    this.#product = info.product;
    this.#log.info(`${describeEngine({ engine, info })} at ${engine.chosen.address}, ${info.store} image store`);
    return { engine, info };
  }

  async #choose(): Promise<ChosenEndpoint> {
    const { chooseEndpoint } = await import('../engine/index.ts');
    return chooseEndpoint({
      setting: this.#endpointSetting(),
      env: process.env,
      platform: process.platform,
      home: homedir(),
      readFile: (path) => readFile(path, 'utf8'),
    });
  }
}

/** `Docker 28.5 · default` */
export function describeEngine({ engine, info }: Connection): string {
  const version = /^\d+\.\d+/u.exec(info.version)?.[0] ?? info.version;
  return plainText(`${info.product} ${version} · ${engine.chosen.label}`, 200);
}
