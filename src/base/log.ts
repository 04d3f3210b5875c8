/** Where events are written, one line each. Has the shape of VS Code's log channel, so that one can be passed. */
export interface Log {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** A log that puts a prefix before each line, as `p-17 `. */
export function prefixed(log: Log, prefix: string): Log {
  return {
    trace: (message) => log.trace(prefix + message),
    debug: (message) => log.debug(prefix + message),
    info: (message) => log.info(prefix + message),
    warn: (message) => log.warn(prefix + message),
    error: (message) => log.error(prefix + message),
  };
}
