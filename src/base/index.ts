export { type Clock, type Deadline, systemClock, withDeadline } from './clock.ts';
export { DisposableStore, type Disposable } from './disposable.ts';
export {
  CancelledError,
  isOfSignIn,
  messageOf,
  needsSignIn,
  SidedError,
  type Side,
  sourceFailed,
  stackOf,
  untilAborted,
} from './errors.ts';
export { prefixed, type Log } from './log.ts';
export { programEnvironment } from './program-environment.ts';
export { plainText, redacted, redactedUrl } from './safe-text.ts';
export { noneCounted, severities, type Severity, type SeverityCounts } from './severity.ts';
