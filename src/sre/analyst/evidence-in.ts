/** What was asked so far as the record that a report is held against: the analyst reads its own draft by it first. */
import { z } from 'zod';
import { jsonObject } from '../../lib/json-object.ts';
import type { Evidence } from '../evidence.ts';
import type { Known } from './known.ts';
import type { Call, Result } from './transcript.ts';

export type Recorded = Pick<Evidence, 'id' | 'tool' | 'query' | 'range' | 'content' | 'truncated'>;

const range = z.object({ start: z.string(), end: z.string() });

/** By id, oldest first. That a source could not be read is on record, too; a question that was wrong is not. */
export function evidenceIn(known: Known): Recorded[] {
  const found = new Map<string, Recorded>();
  for (const { call, result } of known) {
    const one = recordedOf(call, result);
    if (one !== null) found.set(one.id, one);
  }
  return [...found.values()];
}

function recordedOf(call: Call, result: Result): Recorded | null {
  const body = jsonObject(result.text) ?? {};
  const { evidence = result.ok ? result.evidence : null, ...content } = body;
  const number = /^E([1-9]\d*)$/.exec(String(evidence))?.[1];
  if (number === undefined) return null;
  return {
    id: `E${Number(number)}`,
    tool: call.name,
    query: call.input,
    range: range.safeParse(content.range).data ?? null,
    content: JSON.stringify(content),
    truncated: content.truncated === true,
  };
}
