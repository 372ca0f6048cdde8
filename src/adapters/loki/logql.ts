/** LogQL, built from parts that are quoted: nothing that an agent writes becomes syntax. JSON's quoting is a subset of Go's. */
import type { LogQuery } from '../../sre/ports/logs.ts';

export interface Matcher {
  label: string;
  /** Null for every stream that has the label. */
  value: string | null;
}
/** Where the level is looked for: in labels and structured metadata, or as a word in the line where there are none. */
export type LevelIn = 'labels' | 'line';

const LEVEL_LABELS = ['level', 'detected_level', 'severity'];
const SAME = [
  ['error', 'err'],
  ['warn', 'warning'],
  ['info', 'information'],
  ['fatal', 'critical', 'crit', 'emergency'],
  ['debug', 'dbg'],
];

export function logql(
  { label, value }: Matcher,
  query: Pick<LogQuery, 'text' | 'regex' | 'level'>,
  levelIn: LevelIn,
): string {
  const streams = value === null ? `{${label}=~".+"}` : `{${label}=${quoted(value)}}`;
  const pattern = query.regex ? query.text : literal(query.text);
  const text = query.text === '' ? '' : ` |~ ${quoted(`(?i)${pattern}`)}`;
  return `${streams}${text}${query.level === null ? '' : levelFilter(query.level, levelIn)}`;
}

/** Lines that say their level where it can be filtered by. */
export function labelledLevels({ label, value }: Matcher): string {
  const streams = value === null ? `{${label}=~".+"}` : `{${label}=${quoted(value)}}`;
  return `${streams} | ${LEVEL_LABELS.map((name) => `${name}!~"(?:unknown)?"`).join(' or ')}`;
}

export function isLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

function levelFilter(level: string, levelIn: LevelIn): string {
  const words = (SAME.find((names) => names.includes(level.toLowerCase())) ?? [level]).map(literal).join('|');
  if (levelIn === 'line') return ` |~ ${quoted(`(?i)\\b(?:${words})\\b`)}`;
  return ` | ${LEVEL_LABELS.map((name) => `${name}=~${quoted(`(?i)(?:${words})`)}`).join(' or ')}`;
}

function literal(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

function quoted(text: string): string {
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, '\u{FFFD}'));
}
