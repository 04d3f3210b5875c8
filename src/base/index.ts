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
  untilAborted,
} from './errors.ts';
export { prefixed, type Log } from './log.ts';
export { plainText } from './plain-text.ts';
export { programEnvironment } from './program-environment.ts';
export { redacted, redactedUrl } from './redaction.ts';
export { noneCounted, severities, type Severity, type SeverityCounts } from './severity.ts';
