/** A refused finding without the statements that were refused; null when nothing would be left to say. */
import { z } from 'zod';
import type { Finding, UsedRunbook } from '../finding.ts';
import type { Result } from './transcript.ts';

const refusal = z.object({ unsupported: z.array(z.object({ where: z.string() })).default([]) });

export function correct(finding: Finding, answer: Extract<Result, { ok: false }>): Finding | null {
  const places = placesIn(answer.text);
  if (places.size === 0) return null;
  const claims = finding.claims.filter((_, i) => !places.has(`claims[${i}]`));
  const ruledOut = finding.ruled_out.filter((_, i) => !places.has(`ruled_out[${i}]`));
  if (claims.length === 0) return null;
  const cause =
    finding.cause !== null && places.has('cause.change_id') ? { ...finding.cause, change_id: null } : finding.cause;
  return {
    ...finding,
    claims,
    ruled_out: ruledOut,
    ...(finding.runbooks === undefined ? {} : { runbooks: finding.runbooks.map(kept(places)) }),
    cause,
    onset: places.has('onset') ? null : finding.onset,
    confidence: cause?.change_id === finding.cause?.change_id ? finding.confidence : 'low',
  };
}

function kept(places: ReadonlySet<string>): (one: UsedRunbook, of: number) => UsedRunbook {
  return (one, of) => ({
    ...one,
    contradicted: one.contradicted.filter((_, i) => !places.has(`runbooks[${of}].contradicted[${i}]`)),
  });
}

function placesIn(text: string): Set<string> {
  try {
    const parsed = refusal.safeParse(JSON.parse(text));
    if (parsed.success && parsed.data.unsupported.length > 0)
      return new Set(parsed.data.unsupported.map(({ where }) => where));
  } catch {
    // Plain words: the places are named in them.
  }
  return new Set(
    text.match(/claims\[\d+\]|runbooks\[\d+\]\.contradicted\[\d+\]|ruled_out\[\d+\]|cause\.change_id|\bonset\b/g) ?? [],
  );
}
