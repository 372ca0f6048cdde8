/** What many answers have in them. */
import { z } from 'zod';

export const time = z.iso.datetime();
export const maybeTime = time.nullable();
export const text = z.string();
export const maybeText = z.string().nullable();
export const count = z.number().int().min(0);
export const metadata = z.record(z.string(), z.string());
/** When it was made, changed, and put away. */
export const life = { created_at: time, updated_at: time, archived_at: maybeTime };

/** The id of a noun: its prefix says which. */
export function id<const Prefix extends string>(prefix: Prefix) {
  return z.templateLiteral([prefix, '_', z.string()]);
}

/** One of several forms, told apart by `type`. */
export function only<const Type extends string>(type: Type) {
  return z.object({ type: z.literal(type) });
}

export const listCost = z.object({ amount: text, currency: z.literal('USD') });
export const budget = z.object({ type: z.literal('limit'), max_list_cost: listCost }).nullable();
