/** JSON for a reader: what fits on a line stays on it, so that a list of points is a list of lines and not of digits. */

const INDENT = 2;

/** No line is longer than `width`, but one that holds a single long string. Text that is no JSON stays as it is. */
export function spreadJson(text: string, width: number): string {
  try {
    return spread(JSON.parse(text), width, 0, 0);
  } catch {
    return text;
  }
}

/** `taken`: columns that what stands before and after on the line has used. */
function spread(value: unknown, width: number, depth: number, taken: number): string {
  const flat = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || depth * INDENT + taken + flat.length <= width) return flat;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const within = ' '.repeat((depth + 1) * INDENT);
  const rows = Array.isArray(value)
    ? value.map((item) => spread(item, width, depth + 1, 1))
    : Object.entries(value).map(([key, item]) => {
        const name = `${JSON.stringify(key)}: `;
        return name + spread(item, width, depth + 1, name.length + 1);
      });
  return `${open}\n${rows.map((row) => within + row).join(',\n')}\n${' '.repeat(depth * INDENT)}${close}`;
}
