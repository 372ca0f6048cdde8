/** The caller's own labels: at most 16 pairs, keys up to 64 characters, values up to 512. */
import { z } from 'zod';
import { invalid } from './errors.ts';

export type Metadata = Record<string, string>;

export const metadata = z.record(z.string(), z.string());
/** A patch: a string sets, null removes, an absent key stays. */
export const metadataPatch = z.record(z.string(), z.string().nullable());

export function checkMetadata(bag: Metadata): Metadata {
  const problems: string[] = [];
  const entries = Object.entries(bag);
  if (entries.length > 16) problems.push(`${entries.length} keys, at most 16 are allowed`);
  for (const [key, value] of entries) {
    if (key.length === 0 || key.length > 64) problems.push(`key "${key.slice(0, 64)}" must have 1 to 64 characters`);
    if (value.length > 512) problems.push(`the value of "${key.slice(0, 64)}" is longer than 512 characters`);
  }
  if (problems.length > 0) throw invalid(`metadata: ${problems.slice(0, 10).join('; ')}`, 'invalid_metadata');
  return bag;
}

/** The limits apply to the merged bag. `emptyRemoves` is the rule of environments: an empty string deletes too. */
export function patchMetadata(
  current: Metadata,
  patch: Record<string, string | null> | null | undefined,
  emptyRemoves = false,
): Metadata {
  const merged: Metadata = { ...current };
  for (const [key, value] of Object.entries(patch ?? {})) {
    if (value === null || (emptyRemoves && value === '')) delete merged[key];
    else merged[key] = value;
  }
  return checkMetadata(merged);
}
