import type { z } from 'zod';
import type { FileBody } from '../../documents.ts';
import type { SessionEvent } from '../../events.ts';
import type { EventId } from '../../ids.ts';
import type { LogRow } from '../../ports/store.ts';
import { shown } from '../context/shown.ts';
import { LOG_TOOL, type logInput } from '../tools/session-log.ts';
import type { Turn } from '../turn.ts';

const pageSize = 200;
/** Lines one search looks at, findings it tells, characters of each, and characters of one reading. */
const mostSearched = 20_000;
const mostFound = 20;
const around = 300;
const mostRead = 20_000;

type Input = z.output<typeof logInput>;

/** What the thread's own log says, life cycle left out. What is left out of the answer is said, with the way to go on. */
export async function readLog(turn: Turn, { query, before, line, file, offset = 0 }: Input): Promise<string> {
  if (query !== undefined) return await search(turn, query, before);
  return file === undefined ? await read(turn, line ?? 1, offset) : await readFile(turn, file, offset);
}

async function readFile(turn: Turn, file: string, offset: number): Promise<string> {
  const known = turn.state().context.spilled.find((id) => id === file);
  const row = known === undefined ? null : await turn.ports.store.get<FileBody>('file', known);
  if (row === null) return `There is no tool output ${file} in this session.`;
  const bytes = await turn.ports.blobs.get(row.body.hidden.blob).catch(() => null);
  if (bytes === null) return `What ${file} held is gone.`;
  const whole = new TextDecoder().decode(bytes);
  const end = Math.min(whole.length, offset + mostRead);
  const more = end < whole.length ? `\n[${whole.length - end} more characters: file: ${file}, offset: ${end}]` : '';
  return whole.slice(offset, end) + more;
}

async function search(turn: Turn, query: string, before: number | undefined): Promise<string> {
  const wanted = query.toLowerCase();
  const found: string[] = [];
  let searched = 0;
  for await (const { seq, event } of lines(turn, 'desc', before)) {
    searched += 1;
    const text = shown(event);
    const place = text?.toLowerCase().indexOf(wanted) ?? -1;
    if (text !== null && place >= 0) found.push(`#${seq} ${event.processed_at ?? ''} ${near(text, place)}`);
    if (found.length < mostFound && searched < mostSearched) continue;
    return [...found, `[Only lines from #${seq} on were searched; go on with before: ${seq}.]`].join('\n\n');
  }
  return found.length === 0 ? `Nothing in the log has "${query}".` : found.join('\n\n');
}

function near(text: string, place: number): string {
  const from = Math.max(0, place - around / 3);
  const to = from + around;
  return `${from > 0 ? '… ' : ''}${text.slice(from, to)}${to < text.length ? ` … [${text.length} characters]` : ''}`;
}

async function read(turn: Turn, line: number, offset: number): Promise<string> {
  const parts: string[] = [];
  let left = mostRead;
  for await (const { seq, event } of lines(turn, 'asc', line - 1)) {
    const whole = shown(event);
    if (whole === null) continue;
    const from = seq === line ? offset : 0;
    const text = whole.slice(from, from + left);
    parts.push(`#${seq} ${event.processed_at ?? ''} ${text}`);
    left -= text.length;
    const end = from + text.length;
    if (end < whole.length) parts.push(`[${whole.length - end} more characters: line: ${seq}, offset: ${end}]`);
    else if (left <= 0) parts.push(`[Go on with line: ${seq + 1}.]`);
    if (left <= 0) break;
  }
  return parts.length === 0 ? `There is nothing from line ${line} on.` : parts.join('\n\n');
}

/** All but what was looked up before: who searches wants what was said, not that it was searched for. */
async function* lines(turn: Turn, order: 'asc' | 'desc', after: number | undefined): AsyncGenerator<LogRow> {
  const own = lookUps(turn);
  let from = after;
  for (;;) {
    const rows = await turn.ports.store.log({
      session: turn.log,
      order,
      limit: pageSize,
      ...(from === undefined ? {} : { after: from }),
    });
    for (const row of rows) if (!isLookUp(row.event, own)) yield row;
    from = rows.at(-1)?.seq;
    if (rows.length < pageSize || turn.halt.reason() !== null) return;
  }
}

function lookUps(turn: Turn): Set<EventId> {
  const ids = new Set<EventId>();
  for (let { lines: rest } = turn.state(); rest !== null; rest = rest.earlier) {
    const { event } = rest.line;
    if (event.type === 'agent.tool_use' && event.name === LOG_TOOL) ids.add(event.id);
  }
  return ids;
}

function isLookUp(event: SessionEvent, own: ReadonlySet<EventId>): boolean {
  return own.has(event.type === 'agent.tool_result' ? event.tool_use_id : event.id);
}
