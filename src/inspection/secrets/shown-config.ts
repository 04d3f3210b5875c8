import type { ImageConfig } from '../image-config.ts';
import { withoutSecret } from '../layer-names.ts';
import { holdsSecret, secretValues } from './config-secrets.ts';

/** What takes the place of a secret. */
const blank = '(a secret)';

/** A configuration that can be shown and copied: the secrets in it are left out, wherever they stand. */
export function shownConfig(config: ImageConfig): ImageConfig {
  const values = secretValues(config);
  const blanked = (text: string): string => {
    let shown = text;
    for (const value of values) shown = shown.replaceAll(value, blank);
    return shown;
  };
  const word = (text: string): string => (holdsSecret(blanked(text)) ? blank : blanked(text));
  const { env, labels, history, entrypoint, command } = config;
  return {
    ...config,
    env: env.map(blanked),
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, blanked(value)])),
    history: history.map((step) => ({ ...step, createdBy: withoutSecret(blanked(step.createdBy)) })),
    entrypoint: entrypoint.map(word),
    command: command.map(word),
  };
}
