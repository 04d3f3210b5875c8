/**
 * What must not be in an editor's records, one text each: errors of its extension host that this extension caused, by
 * their stack or by its name, and what its own log channel does not hold as one line an event.
 *
 * A command that rejects with an error of the extension's own is no fault. The editor itself reports hosts that do not answer, its gallery's and its telemetry's; those lines name neither.
 */
export function recordedFaults({ logs, extensionLog }: { logs: string; extensionLog: string }): string[] {
  const errors = entries(logs).filter(
    (entry) => own.test(entry) && / \[error\] /u.test(entry) && !rejection.test(entry),
  );
  const strayLines = extensionLog.split('\n').filter((line) => line !== '' && !begin.test(line));
  return [...errors, ...strayLines.map((line) => `a line of the log that is no event: ${line}`)];
}

const begin = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \[\w+\] /u;
const own = /slipway\.docker-push|\/dist\/[a-z]+\.cjs:/u;

/** An error that a command rejected with, in words meant for its caller. The editor records each, whoever takes it. */
const rejection =
  /^\S+ \S+ \[error\] (?:Sided|Engine|Registry|Credentials|InvalidReference)Error: .* dockerPush\.\w+ \{"value":"slipway\.docker-push".*\}$/su;

/** A line with a time, and the lines without one below it. */
function entries(log: string): string[] {
  const found: string[] = [];
  for (const line of log.split('\n')) {
    if (begin.test(line) || found.length === 0) found.push(line);
    else found.push(`${found.pop() ?? ''}\n${line}`);
  }
  return found;
}
