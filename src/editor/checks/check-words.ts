import type { SecretFinding } from '../../inspection/index.ts';
import { secretPlace } from '../image-page/secret-words.ts';
import { formatBytes } from '../quantities.ts';
import type { CheckName, Judgement, Objection } from './judge.ts';

/** So many secrets are named in one sentence; the page of the image has them all. */
const mostNamed = 3;

/** What a check found, as a sentence. Names and paths in it are the image's: plain text where it is shown. */
export function objectionWords(objection: Objection): string {
  switch (objection.check) {
    case 'secrets':
      return `The image holds ${secretsWords(objection.secrets)}.`;
    case 'latestOnly':
      return 'Its only tag there would be latest, which tells nobody which image it is.';
    case 'bloat':
      return `Only ${objection.efficiencyPercent.toFixed(0)} % of the image is ever seen: ${formatBytes(objection.hiddenBytes)} are sent that later layers hide.`;
    case 'vulnerabilities':
      return `The image has ${vulnerabilitiesWords(objection.count, objection.atLeast)}.`;
  }
}

/** The same in a few words, for the plan. */
export function objectionLabel(objection: Objection): string {
  switch (objection.check) {
    case 'secrets':
      return countOf(objection.secrets.length, 'secret');
    case 'latestOnly':
      return 'latest alone';
    case 'bloat':
      return `${objection.efficiencyPercent.toFixed(0)} % efficient`;
    case 'vulnerabilities':
      return vulnerabilitiesWords(objection.count, objection.atLeast);
  }
}

/** `2 secrets: a token in environment TOKEN; a private key in layer 3: COPY . .` */
function secretsWords(secrets: readonly SecretFinding[]): string {
  const named = secrets.slice(0, mostNamed).map((secret) => `${secret.what}, ${secretPlace(secret)}`);
  const rest = secrets.length - named.length;
  return `${countOf(secrets.length, 'secret')} (${named.join('; ')}${rest > 0 ? `; ${rest} more` : ''})`;
}

function vulnerabilitiesWords(count: number, atLeast: string): string {
  const worse = atLeast === 'critical' ? 'critical' : `${atLeast} or worse`;
  return count === 1 ? `1 vulnerability (${worse})` : `${count} vulnerabilities (${worse})`;
}

const unknown: Record<CheckName, string> = {
  secrets: 'whether there are secrets in its layers',
  latestOnly: 'which tags it gets',
  bloat: 'how much of it is needless',
  vulnerabilities: 'which vulnerabilities it has',
};

/** What was to be known before it is sent, and is not, with the reasons that are known. */
export function openWords(open: Judgement['open']): string {
  const reasons = new Set(open.flatMap(({ why }) => (why === undefined ? [] : [why])));
  return [`It was not found out ${open.map(({ check }) => unknown[check]).join(', nor ')}.`, ...reasons].join(' ');
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
