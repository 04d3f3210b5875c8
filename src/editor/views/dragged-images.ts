/** A row of the view Images on its way, as a command reads it. */
export interface Dragged {
  readonly kind: 'tag';
  readonly name: string;
  readonly image: { readonly id: string; readonly sizeBytes: number };
}

/** So much text at most; an image's row has some three hundred characters. */
const longest = 1_000_000;

/**
 * The rows in what was dropped, which anybody may have put there: their form is looked at here, their names and IDs by the
 * command that takes them. Empty for what is of another form.
 */
export function draggedImages(text: string): readonly unknown[] {
  if (text.length > longest) return [];
  try {
    const rows: unknown = JSON.parse(text);
    return Array.isArray(rows) && rows.every(isRow) ? rows : [];
  } catch {
    return [];
  }
}

function isRow(row: unknown): boolean {
  const { kind, name, image } = (row ?? {}) as Record<string, unknown>;
  return kind === 'tag' && typeof name === 'string' && typeof image === 'object' && image !== null;
}
