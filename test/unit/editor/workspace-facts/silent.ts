import type { Log } from '../../../../src/base/index.ts';

const nothing = (): void => undefined;

/** For what is logged and is no part of the test. */
export const silent: Log = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
