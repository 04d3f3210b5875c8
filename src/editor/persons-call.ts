/**
 * Whether a person called a command: from the palette, or from a view. A view passes the row that was clicked, and from
 * its title the row that has the focus, whatever the command is about.
 */
export function isPersonsCall(argument: unknown): boolean {
  const isRow = typeof argument === 'object' && argument !== null && 'kind' in argument;
  return argument === undefined || argument === null || isRow;
}
