/** The head and the tail of a text that is too long, with a mark between them that says how much is missing. Pure. */
export function excerpt(text: string, most: number, where: string): string {
  if (text.length <= most) return text;
  const head = Math.floor((most * 2) / 3);
  const tail = most - head;
  const mark = `\n[… ${text.length - head - tail} of ${text.length} characters left out here: ${where} …]\n`;
  return whole(text.slice(0, head)) + mark + text.slice(text.length - tail).replace(/^[\uDC00-\uDFFF]/, '');
}

/** No half of a character at the end. */
function whole(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, '');
}
