import { readFile, writeFile } from 'node:fs/promises';

/** A field of a process's status, in megabytes (the file has KiB). */
export async function resident(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'mu').exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`Process ${pid} does not tell ${field}.`);
  return (Number(kibibytes) * 1024) / 1e6;
}

/** Sets the peak to what there is now: https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html */
export async function resetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}
