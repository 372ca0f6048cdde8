/** Words of others as one line, cut at so many characters: a title, a name, a reason. */
export function oneLine(text: string, most?: number): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, most);
}

export function firstLine(text: string, most?: number): string {
  return oneLine(text.split('\n', 1)[0] ?? '', most);
}
