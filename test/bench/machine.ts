import { availableParallelism, release, totalmem, type } from 'node:os';

/** The machine in general words, with what it ran. */
export function describeMachine(versions: Record<string, string>): string[] {
  const kernel = /^\d+\.\d+/u.exec(release())?.[0] ?? release();
  return [
    `${availableParallelism()} cores (${process.arch}), ${Math.round(totalmem() / 2 ** 30)} GB of memory, ${type()} ${kernel}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ];
}
