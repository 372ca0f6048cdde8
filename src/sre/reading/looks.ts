/** Where several sources stand behind an answer: what each found, or why it could not be asked, as tools show it. */
import type { Look } from '../ports/answer.ts';

/** Nothing found there, and could not look there, stay apart for each source. */
export function sourcesOf({ looks }: { looks?: Look[] }): { sources?: object[] } {
  return looks === undefined ? {} : { sources: looks.map(looked) };
}

function looked(look: Look) {
  if (look.status === 'unavailable')
    return { source: look.source, status: look.status, why: look.why, detail: look.detail };
  const { source, status, found, truncated, url } = look;
  return { source, status, found, complete: !truncated, ...(url === undefined ? {} : { url }) };
}
