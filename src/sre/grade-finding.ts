/**
 * Has a finding read by a fresh pair of eyes: a session of its own, whose agent has no tools and sees the finding, a rubric
 * and the cited evidence. Whatever goes wrong on the way, the finding is not graded, and that is never a pass.
 */
import type Anthropic from '@anthropic-ai/sdk';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { IncidentId } from './ids.ts';
import type { Usage } from './incident.ts';
import type { Published } from './investigate.ts';
import type { Incidents } from './ports/incidents.ts';
import type { Log } from './ports/log.ts';
import type { Grading } from './review.ts';
import { questionOf, renderQuestion } from './reviewing/question.ts';
import { rubricOf } from './reviewing/rubric.ts';
import { readAnswer } from './reviewing/verdict.ts';
import { revise } from './revise.ts';
import { budgetFor, withinBudget } from './session/budget.ts';
import { type SessionEvent, tail } from './session/tail.ts';
import { usageOf, withUsage } from './session/usage.ts';

export interface Graders {
  client: Anthropic;
  incidents: Incidents;
  log: Log;
  published: () => Promise<Published>;
  clock: () => number;
  /** How long a verdict is waited for, milliseconds. */
  patienceMs: number;
  /** Of the whole incident, at list prices; null: none. */
  budgetUsd: number | null;
}
export interface Asked {
  incident: IncidentId;
  /** The report's tool use: asked again for the same one, the same session is heard. */
  use: string;
  finding: Finding;
  evidence: readonly Evidence[];
  signal: AbortSignal;
}
/** `by` is the model that read. Rejects only when `signal` ends. */
export type Grade = (asked: Asked) => Promise<{ by: string; grading: Grading }>;

/** The key in a session's metadata that says which report it reads. */
const READS = 'vigil_reads_report';
const CLOCK_SKEW_MS = 10 * 60_000;

export function freshGrader(graders: Graders): Grade {
  return async (asked) => {
    const { grader } = await graders.published();
    try {
      return { by: grader.model, grading: await gradedBy(graders, grader.agentId, asked) };
    } catch (error) {
      asked.signal.throwIfAborted();
      graders.log.warn({ incident: asked.incident, error: String(error) }, 'a finding was not graded');
      return { by: grader.model, grading: { is: 'not_graded', why: 'the second reader could not be asked' } };
    }
  };
}

async function gradedBy(graders: Graders, agentId: string, asked: Asked): Promise<Grading> {
  const key = `reads:${asked.use}`;
  const intent = await graders.incidents.intend(key, asked.incident);
  const known = intent.done || intent.again ? await findSession(graders, agentId, asked) : null;
  const session = known ?? (await create(graders, agentId, asked));
  const heard = await listen(graders, session, asked.signal);
  asked.signal.throwIfAborted();
  const { used } = heard;
  if (used !== null) await revise(graders.incidents, asked.incident, (incident) => withUsage(incident, session, used));
  await graders.incidents.complete(key, session);
  await putAway(graders, session, heard);
  if (heard.why !== null) return { is: 'not_graded', why: heard.why };
  const read = readAnswer(heard.text, rubricOf(asked.finding));
  return read.ok ? { is: 'graded', lines: read.lines } : { is: 'not_graded', why: read.why };
}

async function findSession({ client, clock }: Graders, agentId: string, asked: Asked): Promise<string | null> {
  const query = {
    agent_id: agentId,
    include_archived: true,
    'created_at[gte]': new Date(clock() - 24 * 60 * 60_000 - CLOCK_SKEW_MS).toISOString(),
  };
  for await (const session of client.beta.sessions.list(query, { signal: asked.signal })) {
    if (session.metadata[READS] === asked.use) return session.id;
  }
  return null;
}

async function create({ client, published, budgetUsd }: Graders, agentId: string, asked: Asked): Promise<string> {
  const { environmentId } = await published();
  const text = renderQuestion(questionOf(asked.finding, asked.evidence));
  const session = await withinBudget(budgetFor(budgetUsd, 'reading'), (limit) =>
    client.beta.sessions.create(
      {
        ...limit,
        agent: agentId,
        environment_id: environmentId,
        title: `Second reading of ${asked.incident}`,
        metadata: { [READS]: asked.use },
        initial_events: [{ type: 'user.message', content: [{ type: 'text', text }] }],
      },
      { maxRetries: 0, signal: asked.signal },
    ),
  );
  return session.id;
}

interface Heard {
  /** The last message of the reader. */
  text: string;
  /** Why it cannot be read as an answer; null when it can. */
  why: string | null;
  /** Null when it did not tell: one that is stopped may. */
  used: Usage | null;
  over: boolean;
}

async function listen(graders: Graders, session: string, signal: AbortSignal): Promise<Heard> {
  const patience = AbortSignal.timeout(graders.patienceMs);
  let text = '';
  let used: Usage | null = null;
  for await (const next of tail({ ...graders, signal: AbortSignal.any([signal, patience]) }, session, null)) {
    if (next.is !== 'event') continue;
    if (next.event.type === 'agent.message') text = textOf(next.event);
    if (next.event.type === 'session.usage') used = usageOf(next.event);
    const why = endOf(next.event);
    if (why !== undefined) return { text, why, used, over: true };
  }
  const seconds = Math.round(graders.patienceMs / 1000);
  return {
    ...{ text, used },
    why: patience.aborted ? `there was no verdict within ${seconds} s` : 'its session is gone',
    over: false,
  };
}

function textOf(event: Extract<SessionEvent, { type: 'agent.message' }>): string {
  return event.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

/** Undefined while it reads; null when it has answered; else why there is no answer. */
function endOf(event: SessionEvent): string | null | undefined {
  if (event.type === 'session.status_terminated' || event.type === 'session.deleted') return 'its session ended';
  if (event.type !== 'session.status_idle') return undefined;
  switch (event.stop_reason.type) {
    case 'end_turn':
      return null;
    case 'retries_exhausted':
      return 'its model could not be reached';
    case 'budget_reached':
      return 'the budget for it is used up';
    case 'refusal':
      return 'its model refused';
    case 'requires_action':
      return 'it asked for tools, which it does not have';
  }
}

/** One that is still at it is stopped, so that it costs no more; neither is worth a failure. */
async function putAway({ client, log }: Graders, session: string, { over }: Heard): Promise<void> {
  try {
    if (over) await client.beta.sessions.archive(session, {}, { maxRetries: 0 });
    else await client.beta.sessions.events.send(session, { events: [{ type: 'user.interrupt' }] }, { maxRetries: 0 });
  } catch (error) {
    log.warn({ session, error: String(error) }, 'a second reading was not put away');
  }
}
