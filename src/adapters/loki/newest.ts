import type { Answer } from '../../sre/ports/answer.ts';
import type { LogQuery } from '../../sre/ports/logs.ts';
import { looking, type Parts } from './look.ts';

const MILLISECOND = 1_000_000n;

export function newestLine(
  parts: Parts,
  { service, range }: Pick<LogQuery, 'service' | 'range'>,
  now: number,
  signal: AbortSignal,
): Promise<Answer<string | null>> {
  const any = { service, range, text: '', regex: false, level: null };
  return looking<string | null>(parts, any, now, signal, async ({ span, warnings, logql }) => {
    const [line] = logql === null ? [] : await parts.api.lines(logql, span, 1, true, signal);
    const data = line === undefined ? null : new Date(Number(line.at / MILLISECOND)).toISOString();
    return { data, truncated: false, warnings };
  });
}
