/** Something happened to an image. It is a hint to look, never a proof: engines report actions that failed. */
export interface ImageEvent {
  /** As the engine names it: `tag`, `untag`, `create`, `delete`, `load`, `import`, `pull`, `push`, `prune`, `build` … */
  readonly action: string;
  /** `sha256:…`, where the event names the image by its id. */
  readonly imageId?: string;
  /** Canonical, with its tag, where the event names one. */
  readonly reference?: string;
  readonly time: Date | undefined;
}

export interface ImageWatcher {
  /**
   * The engine's image events from now on, until the signal aborts (throws CancelledError) or the connection is lost
   * (throws EngineError; an engine that ends its answer counts as lost). `onOpen` is called once, as soon as events are
   * being received: what is listed after that misses nothing.
   */
  watchImages(options: { readonly signal: AbortSignal; readonly onOpen?: () => void }): AsyncIterable<ImageEvent>;
}
