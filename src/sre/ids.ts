/** Ids of the product's own nouns. Those of the Managed Agents API are plain strings here: they belong to the core. */
import { randomBytes } from 'node:crypto';

type Id<Prefix extends string> = `${Prefix}_${string}`;
export type IncidentId = Id<'inc'>;
export type ActionId = Id<'act'>;
/** `E1`, `E2` … counted per incident, in the order the evidence was taken. */
export type EvidenceId = `E${number}`;
/** `H1`, `H2` … counted per incident, in the order they were raised. */
export type HypothesisId = `H${number}`;

/** Time-ordered and unguessable: 12 hex digits of the millisecond, 12 random ones. */
export function mint<Prefix extends 'inc' | 'act'>(prefix: Prefix, now: number): Id<Prefix> {
  return `${prefix}_${now.toString(16).padStart(12, '0')}${randomBytes(6).toString('hex')}`;
}
