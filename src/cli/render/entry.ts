/** One line of an incident's story. */
import type { Paint } from '../terminal.ts';
import type { TimelineEntry } from '../wire.ts';
import { clean, wrap } from './wrap.ts';

const marks: Record<string, { sign: string; format: Parameters<Paint>[0] }> = {
  detect: { sign: '●', format: 'red' },
  observe: { sign: '·', format: 'dim' },
  hypothesis: { sign: '?', format: 'magenta' },
  finding: { sign: '◆', format: 'cyan' },
  decide: { sign: '▲', format: 'yellow' },
  act: { sign: '▶', format: 'green' },
  effect: { sign: '✓', format: 'green' },
  error: { sign: '✗', format: 'red' },
  note: { sign: '·', format: 'dim' },
};

/** `since` is the moment that counts as zero, milliseconds; null shows the time of day. */
export function renderEntry(entry: TimelineEntry, paint: Paint, columns: number, since: number | null): string {
  const mark = marks[entry.kind] ?? { sign: '·', format: 'dim' as const };
  const at = since === null ? entry.at.slice(11, 19) : elapsed(Date.parse(entry.at) - since);
  const indent = at.length + 5;
  const [first = '', ...rest] = wrap(entry.text, Math.max(30, columns - indent - 6));
  const ref = entry.ref !== null && /^E\d+$/.test(entry.ref) ? paint('cyan', ` [${entry.ref}]`) : '';
  const body = entry.kind === 'observe' || entry.kind === 'note' ? first : paint('bold', first);
  const head = `${paint('dim', at)}  ${paint(mark.format, mark.sign)}  ${body}`;
  return [head, ...rest.map((line) => ' '.repeat(indent) + clean(line))].join('\n') + ref;
}

function elapsed(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  return `+${seconds.toFixed(1)}s`.padStart(7);
}
