/** Lines of the log as messages, one line after the other. */
import type {
  EventOf,
  ResultBlock,
  SessionEvent,
  SystemMessage,
  ThreadMessageReceived,
  UserBlock,
  UserDefineOutcome,
} from '../../events.ts';
import type { ModelBlock, ModelMessage } from '../../ports/model.ts';
import { offeredName } from '../mcp/offered-name.ts';
import { answeredCall } from '../state/calls.ts';
import type { Line } from '../state/lines.ts';
import type { Aside, Memo, Part } from '../state/memo.ts';
import { LOG_TOOL } from '../tools/session-log.ts';
import { excerpt } from './excerpt.ts';

type ToolUse = Extract<ModelBlock, { type: 'tool_use' }>;

/** Grows in place: only the last message ever changes. */
export interface Draft {
  messages: ModelMessage[];
  /** Text of the response being read, and its calls, until its end says how they were laid out. */
  texts: readonly string[];
  uses: Map<string, ToolUse>;
  /** Calls of the latest assistant message without a result. */
  unanswered: Set<string>;
}

export function emptyDraft(): Draft {
  return { messages: [], texts: [], uses: new Map(), unanswered: new Set() };
}

export function read(draft: Draft, { event, memo }: Line): void {
  switch (event.type) {
    case 'user.message':
      close(draft);
      say(draft, 'user', event.content.flatMap(userBlock));
      break;
    case 'user.define_outcome':
      close(draft);
      say(draft, 'user', [{ type: 'text', text: task(event) }]);
      break;
    case 'span.outcome_evaluation_end':
      if (event.result === 'needs_revision' || event.result === 'max_iterations_reached') {
        close(draft);
        say(draft, 'user', [{ type: 'text', text: verdict(event) }]);
      }
      break;
    case 'agent.thread_message_received':
      close(draft);
      say(draft, 'user', heard(event));
      break;
    case 'system.message':
      say(draft, 'user', [{ type: 'text', text: operatorSaid(event) }]);
      break;
    case 'agent.message':
      draft.texts = event.content.map((block) => block.text);
      break;
    case 'agent.tool_use':
    case 'agent.custom_tool_use':
      if (event.session_thread_id === undefined)
        draft.uses.set(event.id, { type: 'tool_use', id: event.id, name: event.name, input: event.input });
      break;
    case 'agent.mcp_tool_use': {
      if (event.session_thread_id !== undefined) break;
      const name = offeredName(event.mcp_server_name, event.name);
      draft.uses.set(event.id, { type: 'tool_use', id: event.id, name, input: event.input });
      break;
    }
    case 'span.model_request_end':
      respond(draft, memo);
      break;
    default:
      answer(draft, event, memo);
  }
}

function respond(draft: Draft, memo: Memo | null): void {
  if (memo?.kind === 'answer' && memo.stop !== 'refusal') sayAnswer(draft, memo);
  draft.texts = [];
  draft.uses = new Map();
}

function sayAnswer(draft: Draft, memo: Extract<Memo, { kind: 'answer' }>): void {
  const content = memo.parts.flatMap((part) => block(draft, part));
  const uses = content.filter((part) => part.type === 'tool_use');
  if (uses.length > 0 || content.some((part) => part.type === 'text')) {
    close(draft);
    say(draft, 'assistant', content);
    for (const use of uses) draft.unanswered.add(use.id);
    for (const part of memo.parts) if ('aside' in part) settleAside(draft, part.aside);
  }
  if (memo.stop === 'max_tokens' && uses.length === 0) say(draft, 'user', [goOn]);
}
const goOn: ModelBlock = {
  type: 'text',
  text: '[The response reached the output limit. Go on from where it stopped.]',
};

function block(draft: Draft, part: Part): ModelBlock[] {
  if ('thinking' in part) return [part.thinking];
  if ('aside' in part) {
    const { id, name, input } = part.aside;
    return [{ type: 'tool_use', id, name, input }];
  }
  if ('call' in part) return [draft.uses.get(part.call)].filter((use) => use !== undefined);
  const text = draft.texts[part.text];
  return text === undefined ? [] : [{ type: 'text', text }];
}

export function operatorSaid({ content }: SystemMessage): string {
  return `[From the operator]\n${content.map((block) => block.text).join('\n')}`;
}

export function task({ description, rubric }: UserDefineOutcome): string {
  return `${description}\n\nPut what you deliver under /mnt/session/outputs. It will be graded by this rubric:\n${rubric.content}`;
}

function verdict({ result, explanation }: EventOf<'span.outcome_evaluation_end'>): string {
  return result === 'needs_revision'
    ? `[Graded: not yet. Revise your work.]\n${explanation}`
    : `[Graded for the last time: not met. Say in a few words what was reached and what is missing.]\n${explanation}`;
}

function settleAside(draft: Draft, aside: Aside): void {
  const content = [{ type: 'text' as const, text: aside.result }];
  result(draft, aside.id, { content, is_error: aside.isError });
}

/** A message of another thread, with its sender where the receiver may have several. */
function heard(event: ThreadMessageReceived): ModelBlock[] {
  const content = event.content.flatMap(userBlock);
  if (event.from_agent_name === undefined) return content;
  return [
    { type: 'text', text: `[From agent ${event.from_agent_name}, thread ${event.from_session_thread_id}]` },
    ...content,
  ];
}

function answer(draft: Draft, event: SessionEvent, memo: Memo | null): void {
  switch (event.type) {
    case 'agent.tool_result':
      result(draft, event.tool_use_id, event);
      break;
    case 'agent.mcp_tool_result':
      result(draft, event.mcp_tool_use_id, event);
      break;
    case 'user.custom_tool_result':
    case 'user.tool_result':
      result(draft, answeredCall(event), memo?.kind === 'excerpt' ? excerpted(event, memo.most) : event);
      break;
    default:
  }
}

/** The log has the whole: the one place that has what a client answered. */
function excerpted({ content = [], is_error = false }: { content?: ResultBlock[]; is_error?: boolean }, most: number) {
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  const rest = content.filter((block) => block.type !== 'text');
  const shown = { type: 'text' as const, text: excerpt(text, most, `${LOG_TOOL} finds and reads the whole`) };
  return { content: [shown, ...rest], is_error };
}

function result(draft: Draft, id: string, event: { content?: ResultBlock[]; is_error?: boolean }): void {
  if (!draft.unanswered.delete(id)) return;
  const content = (event.content ?? []).flatMap(userBlock);
  if (content.length === 0) content.push({ type: 'text', text: '(no output)' });
  say(draft, 'user', [{ type: 'tool_result', tool_use_id: id, content, is_error: event.is_error === true }]);
}

/** A call that the log leaves open when the conversation goes on is told so, rather than making the request illegal. */
export function close(draft: Draft): void {
  for (const id of [...draft.unanswered]) {
    result(draft, id, { content: [{ type: 'text', text: 'No result of this call is on record.' }], is_error: true });
  }
}

export function say(draft: Draft, role: ModelMessage['role'], content: ModelBlock[]): void {
  if (content.length === 0) return;
  const last = draft.messages.at(-1);
  if (last?.role === role) last.content.push(...content);
  else draft.messages.push({ role, content: [...content] });
}

function userBlock(block: UserBlock | ResultBlock): ModelBlock[] {
  switch (block.type) {
    case 'text':
      return block.text === '' ? [] : [{ type: 'text', text: block.text }];
    case 'image':
      return [{ type: 'image', source: block.source }];
    case 'document':
      return [{ ...block }];
    case 'search_result':
      return [{ type: 'search_result', source: block.source, title: block.title, content: block.content }];
  }
}
