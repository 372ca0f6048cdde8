/** Keeps a memory within its size: history goes first, the oldest before the others, and it is said how much is gone. Pure. */
import { type Line, type Notes, SESSIONS, STATEMENTS, SUPERSEDED, writeNotes } from './notes.ts';

/** What dreams wrote, the least missed first. */
const EXPENDABLE = [SUPERSEDED, SESSIONS, STATEMENTS];
const LEFT_OUT = /^\((\d+) older entries left out\)$/;

/** `before` is what stood there: it fits, so that in the end the memory may stay as it was. */
export function withinSize(notes: Notes, before: string, mostBytes: number): string {
  if (size(writeNotes(notes)) <= mostBytes) return writeNotes(notes);
  const expendable = EXPENDABLE.flatMap((section) => entriesOf(notes, section));
  const said = notes.reduce((sum, { text }) => sum + Number(LEFT_OUT.exec(text)?.[1] ?? 0), 0);
  const rest = notes.filter(({ text }) => !LEFT_OUT.test(text));
  let [least, most] = [1, expendable.length + 1];
  const without = (count: number): string => {
    const gone = new Set<Line>(expendable.slice(0, count));
    return `${writeNotes(rest.filter((line) => !gone.has(line))).trimEnd()}\n\n(${said + count} older entries left out)\n`;
  };
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (size(without(middle)) <= mostBytes) most = middle;
    else least = middle + 1;
  }
  return least > expendable.length ? before : without(least);
}

/** Oldest first. */
function entriesOf(notes: Notes, section: string): Line[] {
  const entries = notes.filter((line) => line.section === section && line.statement?.dated === true);
  return entries.sort((a, b) => ((a.statement?.at ?? '') < (b.statement?.at ?? '') ? -1 : 1));
}

function size(text: string): number {
  return Buffer.byteLength(text);
}
