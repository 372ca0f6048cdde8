import { type MemoryLimits, memoryLimits } from '../memories.ts';

/** Bounds of a turn. Each is a default that an embedding program may change. */
export interface Limits extends MemoryLimits {
  /** Threads of other agents in one session that are not archived. */
  threads: number;
  /** Sessions driven at once by this process. */
  sessions: number;
  /** Model requests from one user message to the end of its turn. */
  requestsPerTurn: number;
  /** Crashes met within a turn before it is given up. */
  recoveries: number;
  /** Attempts at one model request, the first included. */
  attempts: number;
  /** Answers in a row in which every call was refused as impossible. */
  refusedAnswers: number;
  /** Answers in a row that may be continued because they were cut off or paused. */
  continuations: number;
  /** Calls of one answer that are carried out; of more, one is kept to say so. */
  callsPerAnswer: number;
  /** Output tokens of one model request. */
  maxTokens: number;
  /** Tokens of one request and its answer, for models that do not say themselves. */
  contextTokens: number;
  /** Characters of one tool's answer that the model reads at once; the whole of a longer one is kept as a file. */
  outputCharacters: number;
  /** Files a thread may make of such answers. */
  spilledOutputs: number;
  /** Attempts in a row to make the context shorter before the model answers again. */
  compactions: number;
  /** Sandboxes, more only while so many turns have one, and for how long one is kept between turns. */
  sandboxes: number;
  sandboxIdleMs: number;
  /** How often the engine is asked for due sessions when nothing woke us. */
  pollMs: number;
  /** How long `close` waits for the step in hand before it cuts it off; it waits 2 s more for the cut. */
  drainMs: number;
}

export const defaultLimits: Limits = {
  ...memoryLimits,
  threads: 25,
  sessions: 16,
  requestsPerTurn: 100,
  recoveries: 5,
  attempts: 6,
  refusedAnswers: 3,
  continuations: 5,
  callsPerAnswer: 64,
  maxTokens: 32_000,
  contextTokens: 200_000,
  outputCharacters: 60_000,
  spilledOutputs: 1_000,
  compactions: 5,
  sandboxes: 4,
  sandboxIdleMs: 5 * 60_000,
  pollMs: 1_000,
  drainMs: 5_000,
};
