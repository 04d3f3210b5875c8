import { readRegistryConfig, type RegistryConfig } from './registry-config.ts';
import type { WindowLock } from './window-lock.ts';

/** The setting `dockerPush.registries`. */
export interface RegistrySetting {
  /** As this window knows it. */
  known(): readonly unknown[];
  /** As it stands in settings.json now, whoever wrote it. Undefined, or rejected, where that cannot be read. */
  stored(): Promise<readonly unknown[] | undefined>;
  /** Resolves when it is stored. */
  write(registries: readonly unknown[]): Promise<void>;
}

/**
 * Changes one registry of the setting, which is one list that is written as a whole. A window may know an old list: on a
 * server that keeps its browsers' settings, it hears of what another window wrote only when it is loaded again. So the
 * change is made to the list as it is stored, read from settings.json at that moment, by one window at a time. (A log of
 * changes beside the setting would have to guess what was written by hand since, and which changes a window was loaded
 * with: an extension host that starts anew in an old window knows an old list.)
 *
 * Where settings.json is out of reach, as on the far side of a remote connection from the desktop, every window hears of
 * a change at once, and what this window knows is taken.
 */
export class RegistryChanges {
  readonly #setting: RegistrySetting;
  readonly #lock: WindowLock;

  constructor(setting: RegistrySetting, lock: WindowLock) {
    this.#setting = setting;
    this.#lock = lock;
  }

  /**
   * Adds the registry, or edits what was said of it.
   *
   * @param before what this window knew of it: only what differs from that is changed
   */
  put(config: RegistryConfig, before?: RegistryConfig): Promise<void> {
    return this.#change((entries) => {
      const at = entries.findIndex((entry) => registryIn(entry) === config.registry);
      if (at < 0) return [...entries, config];
      const edited = merged(config, before, readRegistryConfig(entries[at]));
      return entries.flatMap((entry, index) => {
        if (index === at) return [edited];
        return registryIn(entry) === config.registry ? [] : [entry];
      });
    });
  }

  remove(registry: string): Promise<void> {
    return this.#change((entries) => entries.filter((entry) => registryIn(entry) !== registry));
  }

  #change(edit: (entries: readonly unknown[]) => readonly unknown[]): Promise<void> {
    const setting = this.#setting;
    return this.#lock.hold(async () => {
      const stored = await setting.stored().catch(() => undefined);
      await setting.write(edit(stored ?? setting.known()));
    });
  }
}

function registryIn(entry: unknown): string | undefined {
  return readRegistryConfig(entry)?.registry;
}

/** What is stored, with what was changed from `before` to `config`. */
function merged(config: RegistryConfig, before?: RegistryConfig, stored?: RegistryConfig): RegistryConfig {
  const fields = ['name', 'provider', 'transport'] as const;
  const kept = fields.map((field) => [field, (config[field] === before?.[field] ? stored : config)?.[field]] as const);
  return { registry: config.registry, ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)) };
}
