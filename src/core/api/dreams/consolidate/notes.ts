/** A memory as lines under headings. Every operation answers new lines; the words of untouched lines stay as they were. Pure. */
import { joined, keyOf, plain, readStatement, type Statement, writeStatement } from './statement.ts';

export interface Line {
  text: string;
  /** The heading above, empty before the first. */
  section: string;
  statement: Statement | null;
}
export type Notes = readonly Line[];

/** Headings of what a dream writes itself. */
export const SUPERSEDED = 'Superseded';
export const SESSIONS = 'Sessions';
export const STATEMENTS = 'Statements';

export function readNotes(content: string, at: string, source: string): Notes {
  let section = '';
  let fenced = false;
  return content.split('\n').map((text) => {
    if (/^\s*(```|~~~)/.test(text)) {
      fenced = !fenced;
      return { text, section, statement: null };
    }
    const heading = fenced ? null : /^#{1,6}\s+(.+?)\s*#*$/.exec(text);
    if (heading !== null) section = heading[1] ?? '';
    const statement = fenced || heading !== null ? null : readStatement(text, at, source);
    return { text, section, statement };
  });
}

export function writeNotes(notes: Notes): string {
  return notes.map(({ text }) => text).join('\n');
}

/** What is over is history, and what a session was about is a record: neither says how things are. */
export function current(notes: Notes): (Line & { statement: Statement })[] {
  return notes.filter(isCurrent);
}

function isCurrent(line: Line): line is Line & { statement: Statement } {
  return line.statement !== null && line.section !== SUPERSEDED && line.section !== SESSIONS;
}

/** What is said of a name gets its day now: the memory is about to be written again, and would make it look younger. */
export function withDates(notes: Notes): Notes {
  return notes.map((line) =>
    isCurrent(line) && keyOf(line.statement.text) !== null ? stating(line, { ...line.statement, dated: true }) : line,
  );
}

/** The same words under one heading, once: where they stand first. History and records are left as they are. */
export function withoutRepeats(notes: Notes): Notes {
  const groups = new Map<string | Line, Line[]>();
  for (const line of notes) {
    const key = isCurrent(line) ? `${line.section}\n${plain(line.statement.text)}` : line;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].flatMap((group) => merged(group));
}

function merged([first, ...others]: readonly Line[]): Line[] {
  if (first === undefined) return [];
  const statements = [first, ...others].flatMap(({ statement }) => (statement === null ? [] : [statement]));
  const [kept, ...repeats] = statements;
  if (kept === undefined || !statements.some(({ dated }) => dated)) return [first];
  return repeats.length === 0 ? [first] : [stating(first, repeats.reduce(joined, kept))];
}

/** Of statements about one name under one heading the latest holds; those that are older move to the end. */
export function resolved(notes: Notes): Notes {
  const latest = new Map<string, Statement>();
  for (const { section, statement } of current(notes)) {
    const key = scopedKey(section, statement);
    if (key !== null && (latest.get(key)?.at ?? '') < statement.at) latest.set(key, statement);
  }
  const over: Statement[] = [];
  const kept = notes.filter((line) => {
    if (!isCurrent(line)) return true;
    const winner = latest.get(scopedKey(line.section, line.statement) ?? '');
    if (winner === undefined || line.statement.at >= winner.at) return true;
    over.push({ ...line.statement, lead: '- ', until: winner.at.slice(0, 10), dated: true });
    return false;
  });
  return over.reduce<Notes>((rest, statement) => added(rest, SUPERSEDED, statement), kept);
}

function scopedKey(section: string, statement: Statement): string | null {
  const key = keyOf(statement.text);
  return key === null ? null : `${section}\n${key}`;
}

/** Under its heading, behind the statements there; the heading is made when it is missing. */
export function added(notes: Notes, section: string, statement: Statement): Notes {
  const line = stating({ text: '', section, statement: null }, statement);
  const last = notes.findLastIndex((one) => one.section === section && one.text.trim() !== '');
  if (last !== -1) return [...notes.slice(0, last + 1), line, ...notes.slice(last + 1)];
  const body = notes.slice(0, notes.findLastIndex(({ text }) => text.trim() !== '') + 1);
  const plainLine = (text: string): Line => ({ text, section, statement: null });
  const gap = body.length === 0 ? [] : [plainLine('')];
  return [...body, ...gap, plainLine(`## ${section}`), plainLine(''), line, plainLine('')];
}

export function stating(line: Line, statement: Statement): Line {
  return { ...line, statement, text: writeStatement(statement) };
}
