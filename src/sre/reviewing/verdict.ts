/** How the answer of a fresh reader is read. Pure, and strict: what is not exactly a verdict for each line is none. */
import { z } from 'zod';
import type { Judged } from '../review.ts';
import type { RubricLine } from './rubric.ts';

const MOST_WHY = 400;
const MOST_LINES = 200;

const answer = z.strictObject({
  verdicts: z
    .array(
      z.strictObject({
        where: z.string().max(100),
        verdict: z.enum(['supported', 'not_supported', 'cannot_tell']),
        why: z.string().min(1).max(4000),
      }),
    )
    .max(MOST_LINES),
});
export type Answer = z.infer<typeof answer>;

export type Read = { ok: true; lines: Judged[] } | { ok: false; why: string };

/** Each line of the rubric exactly once, no others, and no words around the object but one code fence. */
export function readAnswer(text: string, rubric: readonly RubricLine[]): Read {
  const read = answer.safeParse(objectIn(text));
  if (!read.success) return { ok: false, why: 'its answer was no list of verdicts' };
  const { verdicts } = read.data;
  const judged = rubric.flatMap((line): Judged[] => {
    const own = verdicts.filter(({ where }) => where === line.where);
    const [only] = own;
    if (only === undefined || own.length > 1) return [];
    return [{ where: line.where, text: line.text, verdict: only.verdict, why: only.why.slice(0, MOST_WHY) }];
  });
  if (judged.length !== rubric.length || verdicts.length !== rubric.length)
    return {
      ok: false,
      why: `it judged ${judged.length} of ${rubric.length} statements once, with ${verdicts.length} verdicts`,
    };
  return { ok: true, lines: judged };
}

function objectIn(text: string): unknown {
  const bare = /^```(?:json)?\n([\s\S]*)\n```$/.exec(text.trim())?.[1] ?? text;
  try {
    return JSON.parse(bare);
  } catch {
    return null;
  }
}
