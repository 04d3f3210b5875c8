import type { ImageConfig } from '../image-config.ts';
import { limits } from '../limits.ts';
import { namedSecret } from './named-secrets.ts';
import { type NamedText, namedTexts } from './named-texts.ts';
import { mayHoldSecret } from './prefilter.ts';
import type { SecretInConfig } from './secret-finding.ts';
import { textSecrets } from './text-secrets.ts';

/** So that the rule for npm's tokens looks at it, too: `RUN echo //…:_authToken=… > .npmrc` is how they come there. */
const asNpmrc = '/.npmrc';
/** Many more would be no image, or one that is meant to harm. */
const mostFindings = 200;

/**
 * Finds secrets in what an image's configuration says: environment, labels, and the history with its build arguments.
 * Reads no layer; takes some milliseconds.
 */
export function secretsInConfig(config: ImageConfig): SecretInConfig[] {
  return findingsIn(config).list;
}

/** The values that are secrets, or hold one, in environment, labels and build arguments: what must be shown nowhere. */
export function secretValues(config: ImageConfig): ReadonlySet<string> {
  return findingsIn(config).values;
}

function findingsIn({ env, labels, history }: ImageConfig): Findings {
  const found = new Findings();
  for (const line of env) {
    const at = line.indexOf('=');
    found.add({ where: 'environment', name: line.slice(0, at), value: line.slice(at + 1) });
  }
  for (const [name, value] of Object.entries(labels)) found.add({ where: 'label', name, value });
  for (const [step, { createdBy }] of history.entries()) {
    for (const named of namedTexts(createdBy)) found.add(named, step);
    found.addText(createdBy, step);
  }
  return found;
}

/** Whether a line of a Dockerfile has a secret in it, so that it is not to be shown. */
export function holdsSecret(line: string): boolean {
  return (
    secretsIn(line).length > 0 || namedTexts(line).some(({ name, value }) => namedSecret(name, value) !== undefined)
  );
}

class Findings {
  readonly list: SecretInConfig[] = [];
  /** Values that were found, so that none is told twice: what is set stands in the history once more. */
  readonly values = new Set<string>();

  add({ where, name, value }: NamedText, step?: number): void {
    const [what = namedSecret(name, value)] = secretsIn(`${name}=${value}`);
    if (what === undefined || this.values.has(value) || this.values.size === mostFindings) return;
    this.values.add(value);
    this.#put({ kind: 'secret', where, what, name, ...(step !== undefined && { step }) });
  }

  /** What stands in a command, apart from the values that were told of. */
  addText(text: string, step: number): void {
    let rest = text;
    for (const value of this.values) rest = rest.replaceAll(value, '');
    for (const what of new Set(secretsIn(rest))) this.#put({ kind: 'secret', where: 'history', what, step });
  }

  #put(finding: SecretInConfig): void {
    if (this.list.length < mostFindings) this.list.push(finding);
  }
}

function secretsIn(text: string): string[] {
  const looked = text.slice(0, limits.contentBytes);
  return mayHoldSecret(looked) ? textSecrets(looked, asNpmrc).map(({ what }) => what) : [];
}
