import type { Call, Result } from './transcript.ts';

/** Everything asked so far, with its answer. */
export type Known = { call: Call; result: Result }[];

/** The window that shows what creeps. */
export const LONG = '-14d';

/** How far back changes are listed first: what was changed the day before is still remembered, and blamed. */
export const RECENT = '-48h';
