/** Markdown in which text from outside is text, and nothing else. Pure. */
import { spell } from '../analyst/amounts.ts';

export function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`;
}

export function list(lines: readonly string[], none: string): string {
  return lines.length === 0 ? none : lines.map((line) => `- ${plain(line)}`).join('\n');
}

export function time(at: string): string {
  return at.replace('T', ' ').replace(/(\.\d+)?Z$/, '');
}

const LONGEST_MS = 30 * 86_400_000;

export function after(from: string | null, to: string): string {
  const between = from === null ? Number.NaN : Date.parse(to) - Date.parse(from);
  // A recorded incident is investigated long after it was.
  return between > 0 && between < LONGEST_MS ? ` (${spell(between)} later)` : '';
}

/** One line, in which nothing is markup and nobody is called. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`)
    .replace(/@(?=\w)/g, '@<!-- -->')
    .trim();
}

/** To the same question where it was asked, if the source has such a page. */
export function linked(words: string, url: string | null): string {
  return url !== null && /^https?:\/\/[^\s|<>()]+$/.test(url) ? `[${words}](${url})` : words;
}

export function code(text: string): string {
  return `\`${text.slice(0, 300).replaceAll('`', "'").replaceAll('|', '\\|').replace(/\s+/g, ' ')}\``;
}
