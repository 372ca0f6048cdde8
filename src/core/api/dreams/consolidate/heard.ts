/** What a session leaves behind for a memory: what it was told to remember, and what it was about. Pure. */
import { plain } from './statement.ts';

export interface Said {
  who: 'user' | 'agent';
  /** RFC 3339. */
  at: string;
  text: string;
}
export interface Transcript {
  session: string;
  said: readonly Said[];
}
export interface Told {
  text: string;
  at: string;
  session: string;
}

const MOST_REQUEST = 160;
const MOST_OUTCOME = 300;
const MOST_TOLD = 500;
const ASKED =
  /^\s*(?:[-*+]\s+)?(?:(?:please\s+)?remember(?:\s+that)?|note(?:\s+that)?|correction|from now on|for the record)\s*[:,]?\s+(\S.*)$/i;

/** Only people say what is to be remembered, and say so; what an agent wrote may be anybody's words. */
export function told({ session, said }: Transcript): Told[] {
  return said
    .filter(({ who }) => who === 'user')
    .flatMap(({ at, text }) =>
      text.split('\n').flatMap((line) => {
        const words = ASKED.exec(line)?.[1]?.trim() ?? '';
        return plain(words) === '' ? [] : [{ text: cut(oneLine(words), MOST_TOLD), at, session }];
      }),
    );
}

/** One line: what was asked first, and how it ended. Null for a session in which nothing was said. */
export function summary({ session, said }: Transcript): Told | null {
  const request = said.find(({ who }) => who === 'user');
  if (request === undefined) return null;
  const outcome = said.findLast(({ who }) => who === 'agent');
  const answer = oneLine(outcome?.text ?? '');
  const ended = answer === '' ? 'no answer' : cut(answer, MOST_OUTCOME);
  const text = `${cut(oneLine(request.text), MOST_REQUEST)} → ${ended}`;
  return { text, at: outcome?.at ?? request.at, session };
}

/** Without line breaks and brackets, which have a meaning in notes. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('[', '(').replaceAll(']', ')').trim();
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
