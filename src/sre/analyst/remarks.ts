/** What people raised while the analyst worked, and which of it has no answer yet: read from the conversation. Pure. */
import { z } from 'zod';
import { type Finding, finding as findingShape } from '../finding.ts';
import { type HypothesisNote, hypothesisNotes } from '../hypothesis.ts';
import { NOTING, noting } from './hypotheses.ts';
import type { ModelMessage } from './model.ts';
import type { Next } from './replay.ts';
import { type Call, questionKey, type Transcript } from './transcript.ts';
import { type Raised, weighRemark } from './weigh-remark.ts';

const REPORTING = 'report_finding';
const MOST_REPORTS = 4;
const LOOKED_THROUGH = ['get_recent_changes', 'list_metrics', 'search_logs'];
const remark = z.object({ text: z.string(), hypothesis: z.string().optional() });
const refusal = z.object({
  unsupported: z.array(z.unknown()).default([]),
  unsettled: z.array(z.object({ id: z.string(), statement: z.string() })),
});

/** A report that went back for nothing but what people raised meanwhile is made again, with an answer to that; else null. */
export function reportAgain(transcript: Transcript, messages: readonly ModelMessage[]): Next | null {
  const call = callsIn(messages).findLast(({ name }) => name === REPORTING);
  const key = call === undefined ? '' : questionKey(call);
  const refused = refusalIn(transcript, key);
  if (call === undefined || refused === null || refused.unsupported.length > 0) return null;
  if ((transcript.attempts.get(key) ?? 0) >= MOST_REPORTS) return null;
  const calls = [...noting(answers(transcript, messages, findingIn(call))), call];
  return { kind: 'ask', say: 'Somebody raised something meanwhile. Answering that, and reporting again.', calls };
}

/** The step with answers to what people raised, where it reports. */
export function withAnswers(next: Next, transcript: Transcript, messages: readonly ModelMessage[]): Next {
  const report = next.kind === 'ask' ? next.calls.find(({ name }) => name === REPORTING) : undefined;
  if (next.kind !== 'ask' || report === undefined) return next;
  return { ...next, calls: [...noting(answers(transcript, messages, findingIn(report))), ...next.calls] };
}

/** For what was raised after the report. */
export function lateAnswers(transcript: Transcript, messages: readonly ModelMessage[]): HypothesisNote[] {
  const call = callsIn(messages).findLast(({ name }) => name === REPORTING);
  return answers(transcript, messages, call === undefined ? null : findingIn(call));
}

/** The newest words of tools are about hypotheses and nothing else. */
export function onlyNoted(messages: readonly ModelMessage[]): boolean {
  const newest = messages.at(-1);
  const noted = new Set(
    messages.flatMap(({ content }) =>
      content.flatMap((block) => (block.type === 'tool_use' && block.name === NOTING ? [block.id] : [])),
    ),
  );
  return newest?.content.every((block) => block.type === 'tool_result' && noted.has(block.tool_use_id)) === true;
}

function answers(transcript: Transcript, messages: readonly ModelMessage[], finding: Finding | null): HypothesisNote[] {
  if (finding === null) return [];
  const done = answered(messages);
  const open = raisedIn(transcript).filter(({ id }) => !done.has(id));
  const looked = lookedThrough(transcript);
  return open.map((one) => weighRemark(one, finding, looked)).filter((one) => one !== null);
}

function raisedIn({ said, results }: Transcript): Raised[] {
  const heard = said.flatMap((text) => remarkIn(text) ?? []);
  const refused = [...results.keys()]
    .filter((key) => key.startsWith(`${REPORTING} `))
    .flatMap((key) => refusalIn({ results }, key)?.unsettled ?? [])
    .map(({ id, statement }) => ({ id, text: statement }));
  return [...heard, ...refused.filter(({ id }) => !heard.some((one) => one.id === id))];
}

/** Null for one that raises nothing. What the person is called is no part of what is meant. */
function remarkIn(said: string): Raised | null {
  const read = remark.safeParse(objectIn(/<remark>\n(.*)\n<\/remark>/.exec(said)?.[1] ?? ''));
  if (!read.success || read.data.hypothesis === undefined) return null;
  const { text, hypothesis } = read.data;
  return { id: hypothesis, text: text.slice(text.indexOf(': ') + 2) };
}

function refusalIn({ results }: Pick<Transcript, 'results'>, key: string) {
  const result = results.get(key);
  const read = result?.ok === false ? refusal.safeParse(objectIn(result.text)) : null;
  return read?.success && read.data.unsettled.length > 0 ? read.data : null;
}

/** By their ids; one that was refused is not said better the second time. */
function answered(messages: readonly ModelMessage[]): Set<string> {
  return new Set(
    callsIn(messages)
      .filter(({ name }) => name === NOTING)
      .flatMap(({ input }) => {
        const read = hypothesisNotes.safeParse(input);
        return read.success ? read.data.hypotheses.flatMap(({ id }) => id ?? []) : [];
      }),
  );
}

function lookedThrough({ results }: Transcript): string[] {
  return [...results].flatMap(([key, result]) =>
    result.ok && result.evidence !== null && LOOKED_THROUGH.some((name) => key.startsWith(`${name} `))
      ? [result.evidence]
      : [],
  );
}

function findingIn({ input }: Call): Finding | null {
  const read = findingShape.safeParse(input);
  return read.success ? read.data : null;
}

function callsIn(messages: readonly ModelMessage[]): Call[] {
  return messages.flatMap(({ content }) =>
    content.flatMap((block) => (block.type === 'tool_use' ? [{ name: block.name, input: block.input }] : [])),
  );
}

function objectIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
