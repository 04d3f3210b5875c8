/**
 * What a text must hold for any of the rules to find something in it. It lets through all that they find and somewhat
 * more, and is ten times as fast as they are together, as it goes over the text once.
 */
const signs: readonly RegExp[] = [
  /PRIVATE KEY/,
  /(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)_?(?:KEY|key|Key)/,
  // Credentials in an address: of the web, of a database, of a repository.
  /:\/\/[^:/\s]{1,256}:[^@/\s]{1,256}@/,
  /:x-oauth-basic@/,
  /_authToken=|npm_[A-Za-z0-9_]{36}/,
  /(?:xox[bpaor]|xapp)-/,
  /[hH][oO][oO][kK][sS]\.[sS][lL][aA][cC][kK]\./,
  /SG\.\w{1,128}\./,
  /shp(?:pa|ca|at|ss)_/,
  /[sr]k_(?:live|test)_/,
  /gh[pousr]_\w|github_pat_/,
  /glpat-|glc_|glsa_/,
  /T3BlbkFJ|sk-ant-api0/,
  /gsk_[a-zA-Z0-9]{52}|hf_[a-zA-Z]{34}/,
  /lin_api_|ntn_[0-9]{11}|ops_ey/,
  /hv[sbr]\.[A-Za-z0-9_-]{90}/,
  /vc[piark]_[A-Za-z0-9]{20}/,
  /dapi[A-Fa-f0-9]{32}/,
  /dckr_pat_|figd_/,
  /cf(?:k|ut|at)_[A-Za-z0-9]{48}/,
  /tskey-/,
];
const anySign = new RegExp(signs.map(({ source }) => source).join('|'));

/** @param text in whatever encoding has ASCII's characters where ASCII has them */
export function mayHoldSecret(text: string): boolean {
  return anySign.test(text);
}
