import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** How a program behaves that stands in for a real one. */
export interface StandIn {
  /** It refuses any others. `<report>` stands for a path, where it writes its report. */
  readonly args: readonly string[];
  /** What it wants to find in its environment; without a value, what must not be there. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdout?: string;
  /** In pieces, so that one can be cut anywhere. */
  readonly stderr?: readonly string[];
  /** Written to `<report>`. */
  readonly report?: string;
  readonly code?: number;
  /** Ends itself by this signal. */
  readonly signal?: NodeJS.Signals;
  /**
   * Starts another process and writes `started PID PID` to stderr, then stays. Told to end, it removes the file and ends,
   * or does not care.
   */
  readonly stays?: { readonly file: string; readonly told: 'ends' | 'stays' };
}

/** Runs in the program; it is written into its file as text. */
function behave(standIn: StandIn): void {
  const fs = process.getBuiltinModule('node:fs');
  const { spawn } = process.getBuiltinModule('node:child_process');
  const refuse = (what: string): never => {
    fs.writeSync(2, `The stand-in was not to be run so: ${what}\n`);
    process.exit(64);
  };
  const args = process.argv.slice(2);
  const at = standIn.args.indexOf('<report>');
  const report = at === -1 ? undefined : args[at];
  if (report !== undefined) args[at] = '<report>';
  if (JSON.stringify(args) !== JSON.stringify(standIn.args)) refuse(JSON.stringify(args));
  for (const [name, value] of Object.entries(standIn.env ?? {}))
    if (process.env[name] !== (value ?? undefined)) refuse(`${name}=${process.env[name]}`);
  for (const piece of standIn.stderr ?? []) fs.writeSync(2, piece);
  fs.writeSync(1, standIn.stdout ?? '');
  if (standIn.report !== undefined && report !== undefined) fs.writeFileSync(report, standIn.report);
  if (standIn.signal) process.kill(process.pid, standIn.signal);
  if (!standIn.stays) {
    process.exitCode = standIn.code ?? 0;
    return;
  }
  const { file, told } = standIn.stays;
  fs.writeFileSync(file, 'temporary');
  process.on('SIGTERM', () => {
    if (told === 'stays') return;
    fs.rmSync(file);
    process.exit(143);
  });
  const deaf = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); process.stdout.write("here")';
  const other = spawn(process.execPath, ['-e', deaf], { stdio: ['ignore', 'pipe', 'ignore'] });
  other.stdout.once('data', () => fs.writeSync(2, `started ${process.pid} ${other.pid}\n`));
  setInterval(() => undefined, 1_000);
}

/** Writes it into the folder, under the name of the real one, and gives its path. */
export async function makeStandIn(folder: string, name: string, standIn: StandIn): Promise<string> {
  const file = path.join(folder, name);
  // An absent value does not survive JSON; null does.
  const told = JSON.stringify(standIn, (_, value: unknown) => (value === undefined ? null : value));
  await writeFile(file, `#!${process.execPath}\n(${behave.toString()})(${told});\n`);
  await chmod(file, 0o755);
  return file;
}
