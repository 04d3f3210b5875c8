/** What stands in examples and in defaults that must be changed anyway. */
const words = new Set(
  'admin changeit changeme default dummy empty example false foobar guest mypassword none null off password passwd placeholder postgres public redacted root secret string test testing token true undefined user username value xxxx'.split(
    ' ',
  ),
);
/** `${NAME}`, `$(command)`, `<your token>`, `{{ name }}`, `%NAME%`. */
const reference = /\$[{(A-Za-z_]|\{\{|<[^>]*>|^%\w+%$/u;
const shortest = 6;

/** Whether a value is there in place of a secret: a reference to it, an example, a switch, a path or an address. */
export function isPlaceholder(value: string): boolean {
  const bare = value.trim().replace(/^(["'])(.*)\1$/u, '$2');
  const word = bare.toLowerCase().replaceAll(/[-_ ]/gu, '');
  return (
    bare.length < shortest ||
    words.has(word) ||
    /^(?:your|my|enter|insert|replace|change|example|dummy|fake|sample)[-_ ]/iu.test(bare) ||
    reference.test(bare) ||
    // A file, an address without a password, one character again and again.
    /^(?:[./~]|[a-z]:\\)/iu.test(bare) ||
    /^[a-z][a-z+]*:\/\/[^@]*$/iu.test(bare) ||
    /^(.)\1*$/u.test(bare)
  );
}
