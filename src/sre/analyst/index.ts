/** The deterministic investigator behind the model port. Same transcript, same response; it keeps nothing. */
import { readQuestion } from '../reviewing/question.ts';
import { answerRemark, weighed } from './answer-remark.ts';
import { gradeQuestion } from './grading/index.ts';
import { NOTING, noting } from './hypotheses.ts';
import type { ModelChunk, ModelRequest } from './model.ts';
import { investigate } from './plan.ts';
import { lateAnswers, onlyNoted, reportAgain, withAnswers } from './remarks.ts';
import { type Next, nextOf } from './replay.ts';
import { readTranscript, type Transcript } from './transcript.ts';

export interface Analyst {
  respond(request: ModelRequest, leave: { recorded: Promise<unknown>; signal: AbortSignal }): AsyncIterable<ModelChunk>;
  /** It reads a conversation of any length, so that none is ever summarized for it. */
  contextTokens: number;
}
export const ANALYST_ID = 'vigil-analyst';

const NO_BRIEF =
  'I am the deterministic analyst: I investigate an incident from its brief, with tools. This conversation holds no brief, so there is nothing I can look into.';

export function analyst(): Analyst {
  return {
    contextTokens: Number.POSITIVE_INFINITY,
    async *respond(request, { recorded, signal }) {
      await recorded;
      signal.throwIfAborted();
      const transcript = readTranscript(request.messages);
      const next = decide(request, transcript);
      yield* chunksOf(next, transcript.uses);
    },
  };
}

function decide(request: ModelRequest, transcript: Transcript): Next {
  if (transcript.brief === null) return { kind: 'close', say: secondReading(request.messages) ?? NO_BRIEF };
  const tools = new Set(request.tools.map((tool) => tool.name));
  const plan = investigate(transcript.brief, { tools, system: request.system });
  if (!tools.has(NOTING)) return closed(nextOf(plan, transcript), request, transcript);
  const again = reportAgain(transcript, request.messages);
  if (again !== null) return again;
  const next = withAnswers(nextOf(plan, transcript), transcript, request.messages);
  if (next.kind === 'ask') return next;
  const late = lateAnswers(transcript, request.messages);
  if (late.length > 0)
    return { kind: 'ask', say: closed(next, request, transcript, weighed(late)).say, calls: noting(late) };
  return onlyNoted(request.messages) ? { kind: 'close', say: NOTED } : closed(next, request, transcript);
}

const NOTED = 'Noted. The finding stands.';

/** What it ends with, where somebody spoke last: an answer to that. */
function closed(next: Next, { messages }: ModelRequest, { spokenTo, said }: Transcript, end?: string): Next {
  const remark = said.at(-1);
  if (next.kind === 'ask' || !spokenTo || remark === undefined) return next;
  return { kind: 'close', say: answerRemark(remark, messages, end) };
}

/** A conversation that asks for verdicts instead of bringing a brief; null when it does not. */
function secondReading(messages: ModelRequest['messages']): string | null {
  const texts = messages.flatMap(({ role, content }) =>
    role === 'user' ? content.flatMap((block) => (block.type === 'text' ? [block.text] : [])) : [],
  );
  const asked = texts.map(readQuestion).find((question) => question !== null);
  return asked === undefined ? null : JSON.stringify(gradeQuestion(asked));
}

function* chunksOf(next: Next, uses: number): Generator<ModelChunk> {
  if (next.say !== '') {
    yield { type: 'text_delta', text: next.say };
    yield { type: 'block', block: { type: 'text', text: next.say } };
  }
  if (next.kind === 'ask') {
    for (const [i, call] of next.calls.entries()) {
      yield { type: 'block', block: { type: 'tool_use', id: `toolu_analyst_${uses + i + 1}`, ...call } };
    }
  }
  yield {
    type: 'end',
    stop: next.kind === 'ask' ? 'tool_use' : 'end_turn',
    // Nothing is generated, so nothing was used.
    usage: { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
  };
}
