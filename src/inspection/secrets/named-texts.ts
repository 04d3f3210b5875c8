import { readInstruction } from '../instruction.ts';

/** A variable of an instruction, with its value. */
export interface NamedText {
  readonly where: 'environment' | 'label' | 'build argument';
  readonly name: string;
  readonly value: string;
}

/** `|2 A=1 B=two words /bin/sh -c …`: how builders write down the build arguments of a `RUN`. */
const buildArguments = /^(?:RUN )?\|\d{1,4} ([^]*?) \/bin\/\w{0,9}sh /u;
const assigning = { ENV: 'environment', LABEL: 'label', ARG: 'build argument' } as const;

/** The variables that a step of the history sets. */
export function namedTexts(createdBy: string): NamedText[] {
  const args = buildArguments.exec(createdBy)?.[1];
  const found = args === undefined ? [] : assignments(args, 'build argument');
  const instruction = readInstruction(createdBy);
  if (instruction.kind !== 'other') return found;
  const { 1: word, 2: rest = '' } = /^(ENV|LABEL|ARG)\s+([^]*)$/u.exec(instruction.line) ?? [];
  return word === undefined ? found : [...found, ...assignments(rest, assigning[word as keyof typeof assigning])];
}

/** Values may hold blanks and no quotes, so one ends where the next name begins. */
function assignments(text: string, where: NamedText['where']): NamedText[] {
  return text.split(/\s(?=[\w.-]{1,200}=)/u).flatMap((one) => {
    const at = one.indexOf('=');
    return at < 1 ? [] : { where, name: one.slice(0, at), value: unquoted(one.slice(at + 1)) };
  });
}

export function unquoted(value: string): string {
  return value.trim().replace(/^(["'])([^]*)\1$/u, '$2');
}
