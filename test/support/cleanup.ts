/** Something that must not outlive this process: a child, a folder, a server. */
export interface Owned {
  /** The orderly way. */
  stop: () => Promise<void>;
  /** The last resort while this process exits: synchronous, and it must not throw. */
  stopNow: () => void;
}

const owned = new Set<Owned>();
let watching = false;

/**
 * Remembers something to be stopped when this process ends, however it ends: by itself, by an uncaught error, by
 * SIGINT (Ctrl-C), SIGTERM or SIGHUP.
 *
 * @returns forgets it again, for when it has been stopped
 */
export function own(thing: Owned): () => void {
  if (!watching) watch();
  owned.add(thing);
  return () => owned.delete(thing);
}

/** Stops everything that is still owned, the youngest first. */
export async function stopEverything(): Promise<void> {
  for (const thing of [...owned].reverse()) {
    await thing.stop().catch(thing.stopNow);
    owned.delete(thing);
  }
}

function watch(): void {
  watching = true;
  process.on('exit', () => {
    for (const thing of [...owned].reverse()) thing.stopNow();
  });
  const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
  let stopping: Promise<void> | undefined;
  for (const [signal, number] of Object.entries(signals)) {
    // Not once: a terminal sends Ctrl-C to a whole group, and a parent in it may pass it on. A second one must not end
    // this process before it has stopped what it owns.
    process.on(signal, () => {
      stopping ??= stopEverything().finally(() => process.exit(128 + number));
    });
  }
}
