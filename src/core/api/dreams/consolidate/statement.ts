/** One line of a memory as a statement: what it says, since when, and who says so. Pure. */

export interface Statement {
  /** What stands before the words: indentation and list mark. */
  lead: string;
  text: string;
  /** RFC 3339; of a line that carries a date, that day. */
  at: string;
  /** The day from which it no longer held. */
  until: string | null;
  /** Sessions and memories. */
  sources: readonly string[];
  /** Whether the line itself carries date and sources. */
  dated: boolean;
}

const NOTE = /\s+\[(\d{4}-\d{2}-\d{2})(?: until (\d{4}-\d{2}-\d{2}))?; ([^[\]]+)\]$/;
const LIST = /^(\s*[-*+]\s+)(\S.*)$/;
const PAIR = /^([^:=`]{2,60}?)\s*(?::|=|\bis now\b|\bare now\b)\s*(\S.*)$/i;
/** Words that begin many lines and name nothing. */
const NO_KEYS = /^(note|todo|tip|warning|important|example|e\.g\.?|i\.e\.?|see|http|https|remember|caution|fixme)$/i;

/** A list item, or a line of the form "name: value"; null for anything else. `at` and `source` are those of its memory. */
export function readStatement(line: string, at: string, source: string): Statement | null {
  const [, lead = '', words = ''] = LIST.exec(line) ?? ['', '', line];
  const note = NOTE.exec(words);
  const text = note === null ? words : words.slice(0, note.index);
  if (lead === '' && keyOf(text) === null) return null;
  if (note === null) return { lead, text, at, until: null, sources: [source], dated: false };
  const [, day = '', until = null, sources = ''] = note;
  return { lead, text, at: day, until: until ?? null, sources: sources.split(', '), dated: true };
}

export function writeStatement({ lead, text, at, until, sources, dated }: Statement): string {
  if (!dated) return lead + text;
  const when = until === null ? dayOf(at) : `${dayOf(at)} until ${until}`;
  return `${lead}${text.trimEnd()} [${when}; ${sources.join(', ')}]`;
}

export function dayOf(at: string): string {
  return at.slice(0, 10);
}

/** What a statement is about, when it says one thing about one name. */
export function keyOf(text: string): string | null {
  const [, name = '', value = ''] = PAIR.exec(text) ?? [];
  if (value === '' || value.startsWith('//')) return null;
  const key = plain(name);
  return key === '' || NO_KEYS.test(key) ? null : key;
}

/** Two statements of the same words, whatever their case, marks and spaces. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[*_`"]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[\s.]+$/, '')
    .trim();
}

/** The same words said twice: held since the later time, on the word of both. */
export function joined(one: Statement, other: Statement): Statement {
  const [, at = one.at] = [one.at, other.at].sort();
  return { ...one, at, sources: [...new Set([...one.sources, ...other.sources])].sort(), dated: true };
}
