/**
 * The model's context as a view of the log: the same lines give the same messages, and until older ones are summarized a
 * longer log only adds to them, so that a prompt cache keeps its prefix. Any prefix of a log gives a legal conversation:
 * roles alternate, it begins with the user, and each tool use has exactly one result, right after it.
 */
import type { ModelMessage } from '../../ports/model.ts';
import type { Line, Lines } from '../state/lines.ts';
import type { State } from '../state.ts';
import { LOG_TOOL } from '../tools/session-log.ts';
import { close, type Draft, emptyDraft, operatorSaid, read, say, task } from './messages.ts';

interface Told extends Pick<State['context'], 'summary' | 'upTo'> {
  draft: Draft;
}

/**
 * What was made of the lines up to one, kept for whoever asks for more of the same log: a turn of many requests reads each
 * line once. A draft moves on with its log; whoever asks for less reads from the beginning.
 */
const told = new WeakMap<NonNullable<Lines>, Told>();

/** The messages are the caller's to read, not to change. */
export function transcript({ lines, context }: Pick<State, 'lines' | 'context'>): readonly ModelMessage[] {
  const draft = draftOf(lines, context);
  if (lines !== null) told.set(lines, { summary: context.summary, upTo: context.upTo, draft });
  return finished(draft);
}

function draftOf(lines: Lines, context: State['context']): Draft {
  const fresh: Line[] = [];
  for (let rest = lines; rest !== context.upTo && rest !== null; rest = rest.earlier) {
    const known = told.get(rest);
    if (known !== undefined && known.summary === context.summary && known.upTo === context.upTo) {
      told.delete(rest);
      return extended(known.draft, fresh);
    }
    fresh.push(rest.line);
  }
  const draft = emptyDraft();
  if (context.summary !== null) {
    const texts = [summaryNote, context.summary, ...keptWords(inOrder(context.upTo))];
    for (const text of texts) say(draft, 'user', [{ type: 'text', text }]);
  }
  return extended(draft, fresh);
}

function extended(draft: Draft, newestFirst: readonly Line[]): Draft {
  for (const line of newestFirst.toReversed()) read(draft, line);
  return draft;
}

/** As it may be sent: with a result for every call, while the draft itself goes on waiting for it. */
function finished({ messages, unanswered, ...rest }: Draft): ModelMessage[] {
  const last = messages.at(-1);
  if (last === undefined) return [];
  const sent = [...messages.slice(0, -1), { ...last, content: [...last.content] }];
  close({ ...rest, messages: sent, unanswered: new Set(unanswered) });
  return sent;
}

const summaryNote = `[What came before was summarized, because it no longer fitted. Nothing is lost: ${LOG_TOOL} searches and reads all of it.]`;

function inOrder(lines: Lines): Line[] {
  const ordered: Line[] = [];
  for (let rest = lines; rest !== null; rest = rest.earlier) ordered.push(rest.line);
  return ordered.reverse();
}

/** No summary may change what an operator said, or what the work is graded by. */
function keptWords(lines: readonly Line[]): string[] {
  const operator: string[] = [];
  let graded: string[] = [];
  for (const { event } of lines) {
    if (event.type === 'system.message') operator.push(operatorSaid(event));
    if (event.type === 'user.define_outcome') graded = [task(event)];
    if (event.type === 'span.outcome_evaluation_end' && event.result !== 'needs_revision') graded = [];
  }
  return [...operator, ...graded];
}
