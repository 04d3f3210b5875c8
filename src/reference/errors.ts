import { plainText, SidedError } from '../base/index.ts';

/**
 * - `reference-invalid`: the text breaks the grammar.
 * - `registry-missing`: a destination that does not say which registry.
 * - `tag-missing`: a destination without a tag.
 * - `digest-refused`: a destination with a digest.
 */
export type ReferenceErrorCode = 'reference-invalid' | 'registry-missing' | 'tag-missing' | 'digest-refused';

/** A text that is not the name it should be. The message says what is wrong and what to write instead. */
export class InvalidReferenceError extends SidedError {
  override readonly name = 'InvalidReferenceError';
  declare readonly code: ReferenceErrorCode;
  /** What could be meant, ready to be used, where that is clear. */
  readonly suggestion: string | undefined;

  constructor(message: string, { code = 'reference-invalid', suggestion }: InvalidReferenceFacts = {}) {
    super('reference', code, message);
    this.suggestion = suggestion;
  }
}

interface InvalidReferenceFacts {
  readonly code?: ReferenceErrorCode;
  readonly suggestion?: string | undefined;
}

/** The offending text as it may stand in a message: plain, in quotes, not longer than a line. */
export function quoted(text: string): string {
  return `“${plainText(text, 80)}”`;
}
