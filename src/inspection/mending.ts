import type { HiddenFile, LayerName } from './finding.ts';

/** The word with which a line begins, as `COPY`. */
function wordOf(line: string | undefined): string {
  return /^[A-Z]+(?=\s)/u.exec(line ?? '')?.[0] ?? '';
}

/** A line that runs one thing more in the same layer, so that it never gets into it. */
export function runAlso(line: string | undefined, command: string): string {
  return `${line !== undefined && wordOf(line) === 'RUN' ? line : 'RUN …'} && ${command}`;
}

/** A line with an option right after its word. */
export function withOption(line: string, option: string): string {
  const word = wordOf(line);
  return `${word} ${option}${line.slice(word.length)}`;
}

/** A `RUN` whose folder is kept by the builder between builds, and is in no layer. */
export function runWithCache(line: string | undefined, folder: string): string {
  return withOption(
    line !== undefined && wordOf(line) === 'RUN' ? line : 'RUN …',
    `--mount=type=cache,target=${folder}`,
  );
}

/** What brings only a built program into the image. */
export function fromStage(path: string): string {
  return `COPY --from=build ${path} ${path}`;
}

/** How a layer would carry a file once, or not at all. */
export function mendHidden({ line }: LayerName, { path, how, by }: HiddenFile): string {
  const isCopied = line !== undefined && ['COPY', 'ADD'].includes(wordOf(line));
  const name = path.slice(path.lastIndexOf('/') + 1);
  switch (how) {
    case 'repeated':
      return isCopied ? withOption(line, '--chown=USER --chmod=MODE') : runAlso(line, `chown USER ${path}`);
    case 'overwritten':
      if (isCopied) return withOption(line, `--exclude=**/${name}`);
      return runAlso(line, wordOf(by.line) === 'RUN' ? (by.line ?? '').slice('RUN '.length) : `rm ${path}`);
    case 'deleted':
      return isCopied ? `RUN --mount=type=bind,source=${name},target=${path} …` : runAlso(line, `rm -rf ${path}`);
  }
}
