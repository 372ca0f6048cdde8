/** Which statements a refusal names; none when it names nothing. */
import { z } from 'zod';
import type { Result } from './transcript.ts';

const refusal = z.object({ unsupported: z.array(z.object({ where: z.string() })).default([]) });
const PLACE =
  /claims\[\d+\]|runbooks\[\d+\]\.contradicted\[\d+\]|ruled_out\[\d+\]|cause(?:\.(?:change_id|mechanism))?\b|\b(?:onset|summary|trigger|blast_radius)\b/g;

export function refusedPlaces({ text }: Extract<Result, { ok: false }>): Set<string> {
  try {
    const parsed = refusal.safeParse(JSON.parse(text));
    if (parsed.success && parsed.data.unsupported.length > 0)
      return new Set(parsed.data.unsupported.map(({ where }) => where));
  } catch {
    // Plain words: the places are named in them.
  }
  return new Set(text.match(PLACE) ?? []);
}
