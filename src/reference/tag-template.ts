import { InvalidReferenceError, quoted } from './errors.ts';
import { parseTag } from './parse.ts';

/** What a template can name, in the order in which they are told to a person. */
export const tagVariables = ['packageVersion', 'gitTag', 'gitBranch', 'gitShortSha', 'date'] as const;
export type TagVariable = (typeof tagVariables)[number];

/** What is known; what is not is absent. */
export type TagFacts = Readonly<Partial<Record<TagVariable, string>>>;

export interface ExpandedTag {
  readonly tag: string;
  /** What it was made of, each once, in the template's order. */
  readonly uses: readonly TagVariable[];
}

/** The shortest text that may close it: a brace left open is told of, and not taken for a part of a tag. */
const variable = /\$\{([^{}]*)(\}?)/gu;

/**
 * Makes a tag of a template as `${packageVersion}-${gitShortSha}`. What no tag can have is replaced by `-`, as in a branch
 * `feature/login`, and left out where a tag would begin with it.
 *
 * @returns undefined where a fact that it names is missing, or what comes of it can be no tag
 * @throws InvalidReferenceError that names a variable that is not known, or a brace that is not closed
 */
export function expandTagTemplate(template: string, facts: TagFacts): ExpandedTag | undefined {
  const uses = variablesOf(template);
  if (uses.some((name) => !facts[name])) return undefined;
  const text = template.replace(variable, (_, name: TagVariable) => facts[name] ?? '');
  const tag = text.replace(/[^A-Za-z0-9_.-]+/gu, '-').replace(/^[.-]+/u, '');
  try {
    return { tag: parseTag(tag), uses };
  } catch {
    return undefined;
  }
}

function variablesOf(template: string): readonly TagVariable[] {
  const found = new Set<TagVariable>();
  for (const [, name = '', closing] of template.matchAll(variable)) {
    if (closing === '')
      throw new InvalidReferenceError(`The tag template ${quoted(template)} has a “\${” that no “}” closes.`);
    const known = tagVariables.find((one) => one === name);
    if (!known)
      throw new InvalidReferenceError(
        `The tag template ${quoted(template)} has the variable ${quoted(name)}, which is not known. ` +
          `Known are ${tagVariables.slice(0, -1).join(', ')} and ${tagVariables.at(-1) ?? ''}.`,
      );
    found.add(known);
  }
  return [...found];
}
