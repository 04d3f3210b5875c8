/** A line of a Dockerfile, as far as an image's history gives it. */
export type Instruction =
  /** What a shell ran. */
  { readonly kind: 'run'; readonly command: string } | { readonly kind: 'other'; readonly line: string };

const buildkitEnd = /\s# buildkit$/u;
/** `RUN` or not, `|2 A=1 B=2` for build arguments, then the shell. */
const shell = /^(?:RUN\s+)?(?:\|\d+\s[^]*?)?\/bin\/(?:ba|a|da)?sh\s+(?:-\w+\s+(?:[a-z]\w*\s+)?)*?-\w*c\s+/u;
const nop = /^#\(nop\)\s*/u;

/**
 * Reads what a builder wrote down of an instruction: the classic one a shell's call, with `#(nop)` where nothing was run,
 * BuildKit the line with its shell and a mark at the end.
 */
export function readInstruction(createdBy: string): Instruction {
  const text = createdBy.replace(buildkitEnd, '').trim();
  const called = shell.exec(text);
  const rest = called ? text.slice(called[0].length) : text;
  if (called && !nop.test(rest)) return { kind: 'run', command: rest.trim() };
  const line = rest.replace(nop, '');
  const run = /^RUN\s+/u.exec(line);
  return run ? { kind: 'run', command: line.slice(run[0].length) } : { kind: 'other', line };
}

/** The classic builder writes a digest in the place of what was copied. */
const copied = /^(COPY|ADD) (?:file|dir|multi):[0-9a-f]+ in\s+/u;

/** The line, as it would stand in a Dockerfile; `…` for what the history does not tell. */
export function dockerfileLine(instruction: Instruction): string {
  return instruction.kind === 'run' ? `RUN ${instruction.command}` : instruction.line.replace(copied, '$1 … ');
}
