/** A question to the log, as `search_logs` takes it, whatever its mode. */
import type { LogQuery } from '../ports/logs.ts';
import type { ToolWorld } from '../tool.ts';
import type { Reading } from './reach.ts';
import type { Window } from './window.ts';

export interface LogRequest {
  service?: string | undefined;
  level?: string | undefined;
  text: string;
  regex: boolean;
  start?: string | undefined;
  end?: string | undefined;
  baseline_start?: string | undefined;
  baseline_end?: string | undefined;
  order: 'asc' | 'desc';
  limit: number;
}

export type Open = Extract<Window, { ok: true }>;

/** Lines read for one answer; above it the counts are of the first part only and say so. */
export const MOST_LINES = 400_000;

export function queryOf(asked: LogRequest, window: Open): Omit<LogQuery, 'limit' | 'order'> {
  return {
    service: asked.service ?? null,
    text: asked.text,
    regex: asked.regex,
    level: asked.level ?? null,
    range: window.range,
  };
}

export function readingOf({ logs, now, signal }: ToolWorld): Reading {
  return { of: 'line', source: logs, now, signal };
}

/** What was looked for, once it was found: a question is no evidence of its own words. */
export function found({ text, regex }: LogRequest, lines: number): { text?: string } {
  return lines === 0 || regex || text === '' ? {} : { text };
}

export function nothing(asked: LogRequest): string {
  const where = asked.service === undefined ? '' : ' of this service (its name may be written otherwise in logs)';
  return `No line${where} matches in this window. That is not a healthy reading by itself: check with less text, another level or no service.`;
}
