/** One way of authorization that a server offers (https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** Names in lower case; of a repeated one the first counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

const gap = /[\s,]*/uy;
const word = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/uy;
const equals = /\s*=\s*/uy;
const quoted = /"((?:[^"\\]|\\.)*)"/uy;
const unquoted = /[^\s,]*/uy;

/**
 * Reads a WWW-Authenticate header, in which several challenges may stand, each with its parameters in any order. What
 * breaks the grammar is skipped: a registry's header is taken for what it can mean.
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let position = 0;
  const next = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = position;
    const match = expression.exec(header);
    if (match) position += match[0].length;
    return match;
  };
  while (position < header.length) {
    next(gap);
    const name = next(word)?.[0].toLowerCase();
    if (name === undefined) {
      position += 1;
      continue;
    }
    const current = challenges.at(-1);
    if (current === undefined || !next(equals)) {
      challenges.push({ scheme: name, parameters: new Map() });
      continue;
    }
    const value = next(quoted)?.[1]?.replace(/\\(.)/gu, '$1') ?? next(unquoted)?.[0] ?? '';
    if (!current.parameters.has(name)) current.parameters.set(name, value);
  }
  return challenges;
}

export type UsableChallenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      readonly realm: string;
      readonly service: string | undefined;
      readonly scope: string | undefined;
    };

/** The challenge to answer: a Bearer one that names its token server, else a Basic one. */
export function chooseChallenge(challenges: readonly Challenge[]): UsableChallenge | undefined {
  for (const { scheme, parameters } of challenges) {
    const realm = parameters.get('realm');
    if (scheme === 'bearer' && realm !== undefined && realm !== '')
      return { scheme, realm, service: parameters.get('service'), scope: parameters.get('scope') };
  }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : undefined;
}
