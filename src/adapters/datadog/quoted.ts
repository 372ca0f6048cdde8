/** As one value of Datadog's search syntax: nothing that an agent writes becomes syntax. */
export function quoted(text: string): string {
  return `"${text.replace(/[\p{Cc}]/gu, ' ').replace(/["\\]/g, '\\$&')}"`;
}
