/** A reported change, as anybody's pipeline can send it → the neutral shape. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { oneLine } from '../lib/one-line.ts';
import { CHANGE_KINDS, type Change } from './change.ts';

const MAX_DIFF = 512 * 1024;
/** Titles and names stand in one line of a card. */
const line = (most: number) =>
  z
    .string()
    .max(most)
    .transform((text) => oneLine(text));

const reported = z.strictObject({
  id: z
    .string()
    .regex(/^[\w.:@/+-]{1,200}$/, 'letters, digits and .:@/+-_ only, at most 200')
    .optional()
    .describe('the same id is the same change; made of the rest when it is left out'),
  kind: z.enum(CHANGE_KINDS),
  service: line(200).nullish().describe('null for the platform'),
  time: z.iso.datetime({ offset: true }).describe('when it took effect'),
  actor: line(200).default(''),
  title: line(500).pipe(z.string().min(1, 'say in a few words what was changed')),
  ref: line(200).nullish().describe('commit or revision'),
  diff: z.string().max(MAX_DIFF).nullish().describe('unified diff'),
  url: z.url({ protocol: /^https?$/ }).nullish(),
});

export type ReportedChange =
  | { ok: true; change: Omit<Change, 'hasDiff'>; diff: string | null }
  /** What is wrong with it, for the one who sent it. */
  | { ok: false; why: string };

export function readChange(json: unknown): ReportedChange {
  const read = reported.safeParse(json);
  if (!read.success) return { ok: false, why: z.prettifyError(read.error).slice(0, 2000) };
  const { kind, actor, title } = read.data;
  const rest = {
    ...{ kind, actor, title, service: read.data.service || null, ref: read.data.ref || null },
    time: new Date(read.data.time).toISOString(),
    ...(read.data.url ? { url: read.data.url } : {}),
  };
  const hash = createHash('sha256')
    .update(JSON.stringify(Object.entries(rest).toSorted()))
    .digest('hex');
  return {
    ok: true,
    change: { id: read.data.id ?? `${kind}-${hash.slice(0, 12)}`, ...rest },
    diff: read.data.diff || null,
  };
}
