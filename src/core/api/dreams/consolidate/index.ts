/**
 * Puts a memory store in order without a language model: what is said twice is said once, of statements that contradict
 * each other the latest holds and the others are kept as history, and what sessions were told to remember is written
 * where its subject stands. Every new line names its day and where it is from. Pure: the same input, in whatever order,
 * gives the same store, and a store that is in order stays as it is.
 */
import { overlap } from '../../../memories.ts';
import { summary, type Told, type Transcript, told } from './heard.ts';
import {
  added,
  current,
  type Notes,
  readNotes,
  resolved,
  SESSIONS,
  STATEMENTS,
  stating,
  withDates,
  withoutRepeats,
} from './notes.ts';
import { joined, keyOf, plain, type Statement } from './statement.ts';
import { withinSize } from './within-size.ts';

export interface Remembered {
  path: string;
  content: string;
  /** RFC 3339: what carries no date of its own is as old as its memory. */
  updated_at: string;
}
export interface Written {
  path: string;
  content: string;
}

export function consolidate(
  memories: readonly Remembered[],
  transcripts: readonly Transcript[],
  mostBytes: number,
): Written[] {
  const learned = learnedPath(memories);
  const before = new Map(memories.map(({ path, content }) => [path, content]));
  let files = new Map<string, Notes>(
    byPath(memories).map(({ path, content, updated_at }) => [
      path,
      resolved(withDates(withoutRepeats(readNotes(content, updated_at, path)))),
    ]),
  );
  for (const one of inOrder(transcripts.flatMap(told))) files = remember(files, one, learned);
  for (const one of inOrder(transcripts.flatMap((transcript) => summary(transcript) ?? []))) {
    files = record(files, one, learned);
  }
  return byPath(
    [...files].map(([path, notes]) => ({ path, content: withinSize(notes, before.get(path) ?? '', mostBytes) })),
  );
}

/** Whatever the order in which sessions were given. */
function inOrder(all: readonly Told[]): Told[] {
  const key = ({ at, session, text }: Told) => `${at} ${session} ${text}`;
  return [...all].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function byPath<Placed extends { path: string }>(all: readonly Placed[]): Placed[] {
  return [...all].sort((a, b) => (a.path < b.path ? -1 : 1));
}

type Files = ReadonlyMap<string, Notes>;

/** Said already: confirmed there. About a name that one place speaks of: there. Else among what was learned. */
function remember(files: Files, { text, at, session }: Told, learned: string): Map<string, Notes> {
  const statement: Statement = { lead: '- ', text, at, until: null, sources: [session], dated: true };
  for (const [path, notes] of files) {
    const known = current(notes).find((line) => plain(line.statement.text) === plain(text));
    if (known === undefined) continue;
    const line = stating(known, joined(known.statement, statement));
    return changed(files, path, resolved(notes.map((one) => (one === known ? line : one))));
  }
  const { path, section } = placeOf(files, text) ?? { path: learned, section: STATEMENTS };
  return changed(files, path, resolved(added(files.get(path) ?? [], section, statement)));
}

function placeOf(files: Files, text: string): { path: string; section: string } | null {
  const key = keyOf(text);
  if (key === null) return null;
  const places = [...files].flatMap(([path, notes]) => {
    const sections = current(notes).flatMap(({ section, statement }) =>
      keyOf(statement.text) === key ? [section] : [],
    );
    return [...new Set(sections)].map((section) => ({ path, section }));
  });
  const [only] = places;
  return places.length === 1 && only !== undefined ? only : null;
}

/** Each session once, however often it is dreamed of. */
function record(files: Files, { text, at, session }: Told, learned: string): Map<string, Notes> {
  const notes = files.get(learned) ?? [];
  const isKnown = notes.some((line) => line.section === SESSIONS && line.statement?.sources.includes(session));
  if (isKnown) return new Map(files);
  const statement: Statement = { lead: '- ', text, at, until: null, sources: [session], dated: true };
  return changed(files, learned, added(notes, SESSIONS, statement));
}

function changed(files: Files, path: string, notes: Notes): Map<string, Notes> {
  return new Map([...files, [path, notes]]);
}

/** `/learned.md`, unless that is somebody's folder. */
function learnedPath(memories: readonly { path: string }[]): string {
  for (let count = 1; ; count++) {
    const path = count === 1 ? '/learned.md' : `/learned-${count}.md`;
    const blocked = memories.some((one) => one.path !== path && overlap(one.path, path));
    if (!blocked) return path;
  }
}
