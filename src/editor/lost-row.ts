/** As in package.json, by the place of the menu. */
export type Menus = Readonly<Record<string, readonly { readonly command: string }[] | undefined>>;

/**
 * Whether a command was chosen in the menu of a row that the editor does not know any more, as while it draws all rows
 * anew. Such a menu passes two arguments, the row and those that are selected. So does the title of a view, where the row
 * is the one that has the focus, and mostly there is none: what stands in a title needs no row.
 *
 * @param args what the command was called with
 * @param menus those of the extension
 */
export function isLostRow(command: string, [row, ...others]: readonly unknown[], menus: Menus): boolean {
  if (others.length === 0 || (row !== undefined && row !== null)) return false;
  const isIn = (menu: string): boolean => menus[menu]?.some((item) => item.command === command) === true;
  return isIn('view/item/context') && !isIn('view/title');
}
