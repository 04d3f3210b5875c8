import { plainText } from '../base/index.ts';
import { InvalidReferenceError, quoted } from './errors.ts';
import type { TaggedReference } from './reference.ts';
import { parseTarget } from './target.ts';

/** What the variables stand for, by their names. One that is known and has no value now is there, as undefined. */
export type TemplateFacts = Readonly<Record<string, string | undefined>>;

const example = 'registry.example.com/team/${imageName}:${tag}';
const variable = /\$\{([^${}]*)\}/gu;

/**
 * Expands a whole reference with variables, as `registry.example.com/team/${imageName}:${tag}`, and reads it as
 * {@link parseTarget} does: no tag is filled in. The registry itself takes no variable, so that no branch and no image
 * can choose where a push goes.
 *
 * @throws InvalidReferenceError for a variable that is not known, or has no value now, and for what comes out and is no target
 */
export function expandTarget(template: string, facts: TemplateFacts): TaggedReference {
  checkTargetTemplate(template);
  return parseTarget(template.replace(variable, (_, name: string) => valueOf(name, template, facts)));
}

/**
 * What is wrong with a template whatever the variables stand for.
 *
 * @throws InvalidReferenceError
 */
export function checkTargetTemplate(template: string): void {
  if (template.replace(variable, '').includes('${'))
    throw new InvalidReferenceError(`A variable in ${quoted(template)} has no end. Write it as in ${example}.`);
  const slash = template.indexOf('/');
  if (template.slice(0, Math.max(0, slash)).includes('${') || (slash === -1 && template.includes('${')))
    throw new InvalidReferenceError(
      `${quoted(template)} does not begin with a registry that is written out. Write its host first, as in ${example}.`,
      { code: 'registry-missing' },
    );
  // A variable stands for a part of a name, as its own name is one; what is said of it then still tells which.
  parseTarget(template.replace(variable, (_, name: string) => name.toLowerCase().replace(/[^a-z0-9]/gu, '') || 'x'));
}

function valueOf(name: string, template: string, facts: TemplateFacts): string {
  if (!Object.hasOwn(facts, name))
    throw new InvalidReferenceError(
      `\${${plainText(name, 40)}} in ${quoted(template)} is not known. Known are ${Object.keys(facts)
        .map((known) => `\${${known}}`)
        .join(', ')}.`,
    );
  const value = facts[name] ?? '';
  if (value === '')
    throw new InvalidReferenceError(`\${${name}} has no value now, so nothing is pushed to ${quoted(template)}.`);
  return value;
}
