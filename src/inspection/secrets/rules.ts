import { rules as recommended } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretLintRuleContext, SecretLintRuleCreator, SecretLintSourceCode } from '@secretlint/types';

/** What a rule found, by its name alone. */
export interface RuleHit {
  /** As `GITHUB_TOKEN`. */
  readonly id: string;
  /** Where it begins and ends in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** Lets comments in a text switch rules off. An image does not say what is found in it. */
const commentsFilter = '@secretlint/secretlint-rule-filter-comments';

/**
 * Secretlint's recommended rules (https://github.com/secretlint/secretlint). Its core stays out: that hands the secrets on
 * in messages, options and a debugging log, and keeps a mark of each file that was looked at.
 */
export const rules = (recommended as unknown as readonly SecretLintRuleCreator[]).filter(
  ({ meta }) => meta.id !== commentsFilter,
);

/** Runs the rules over a text; some of them look at files of certain names alone. */
export function ruleHits(text: string, path: string): RuleHit[] {
  const hits: RuleHit[] = [];
  const context: SecretLintRuleContext = {
    sharedOptions: {},
    // A rule's sentence holds the secret, so none is made.
    createTranslator: () => (messageId) => ({ message: '', messageId: String(messageId), data: undefined }),
    report: ({ message, range: [start, end] }) => hits.push({ id: message.messageId, start, end }),
    ignore: () => undefined,
  };
  const source = { content: text, filePath: path, ext: path.endsWith('.json') ? '.json' : '' };
  // A rule that had another ending would open this machine's file of the same path, and would have to be waited for.
  for (const rule of rules) void rule.create(context, {}).file?.(source as SecretLintSourceCode);
  return hits;
}
