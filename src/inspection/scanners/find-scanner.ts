import { type Scanner, type ScannerId, scannerOf, scanners } from './scanner.ts';

/** Finds a program by its name, in the folders of PATH or in these instead. The reason is the end of “the program …”. */
export type FindProgram = (
  program: string,
  folders?: readonly string[],
) => Promise<{ readonly kind: 'found'; readonly path: string } | { readonly kind: 'unusable'; readonly why: string }>;

export type FoundScanner =
  | { readonly kind: 'found'; readonly scanner: Scanner; readonly path: string }
  /** In a whole sentence, and which ones would do. */
  | { readonly kind: 'missing'; readonly why: string; readonly wanted: readonly Scanner[] };

/**
 * The scanner that is wanted; `auto` takes the first that is there, in the order of {@link scanners}.
 *
 * @param pluginFolders where the Docker CLI's plugins are, asked for Docker Scout alone: Docker Desktop does not put it on
 *   PATH
 */
export async function findScanner(
  wanted: 'auto' | ScannerId,
  find: FindProgram,
  pluginFolders: () => Promise<readonly string[]>,
): Promise<FoundScanner> {
  const candidates = wanted === 'auto' ? scanners : [scannerOf(wanted)];
  const reasons: string[] = [];
  for (const scanner of candidates) {
    const found = await find(scanner.program);
    if (found.kind === 'found') return { kind: 'found', scanner, path: found.path };
    if (scanner.id !== 'docker-scout') {
      reasons.push(`${scanner.name} ${found.why}`);
      continue;
    }
    const plugin = await find(scanner.program, await pluginFolders());
    if (plugin.kind === 'found') return { kind: 'found', scanner, path: plugin.path };
    reasons.push(`${scanner.name} ${found.why}, and as a plugin of the Docker CLI it ${plugin.why}`);
  }
  const why = `${candidates.length === 1 ? '' : 'No scanner can be run: '}${reasons.join('; ')}.`;
  return { kind: 'missing', why, wanted: candidates };
}
