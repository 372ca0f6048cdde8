/** Ours: a session that begins where another one rested. */
import { assertNever } from '../../../lib/assert-never.ts';
import type { SessionBody } from '../../documents.ts';
import type { SessionEvent } from '../../events.ts';
import type { SessionId } from '../../ids.ts';
import type { NewLogRow } from '../../ports/store.ts';
import type { SessionResourceBody } from '../../resources.ts';
import type { Core } from '../core.ts';
import { invalid } from '../errors.ts';
import { holding } from '../holds.ts';
import { draftSession } from './draft.ts';
import { findSession } from './find.ts';
import { openToken } from './resources/repository.ts';
import type { ResourceInput, SessionFork } from './schema.ts';
import { threadsOf } from './threads/find.ts';
import { render, resourcesOf } from './wire.ts';

/** Copied in one batch. */
const MOST_EVENTS = 10_000;

/**
 * Copies the log up to a pause of the session, the last one unless another is named, and what the session was made of:
 * agent as it ran, environment, resources, vaults, budget, usage so far. Events keep their ids. What the agent left in
 * its sandbox stays behind; files that were mounted are mounted again, repositories at the same commit. The other session is not changed.
 */
export async function forkSession(
  core: Core,
  { session_id, body }: { session_id: string; body: SessionFork },
): Promise<object> {
  const source = await findSession(core, session_id);
  if ((await threadsOf(core, session_id)).length > 0) {
    throw invalid(`session ${session_id} has threads of other agents, and only a session of one agent can be forked`);
  }
  const { rows, isWhole } = await prefix(core, source.body, body.at);
  const { agent, environment_id, vault_ids } = source.body;
  const attached = await resourcesOf(core, session_id);
  const resources = await Promise.all(attached.map((resource) => inputOf(core, session_id, resource)));
  return await holding(core, async () => {
    const wanted = {
      agent: { type: 'agent' as const, id: agent.id, version: agent.version },
      ...{ environment_id, resources, vault_ids },
      title: body.title === undefined ? source.body.title : body.title,
      metadata: body.metadata ?? source.body.metadata,
    };
    const draft = await draftSession(core, wanted, [], null);
    const session = resumed(draft.session, source.body, rows, isWhole);
    const repositories = new Map(draft.resources.map((made, at) => [made, pinned(made, attached[at])]));
    const bodies = new Map<unknown, unknown>([...repositories, [draft.session, session]]);
    const puts = draft.batch.puts.map((put) => ({
      ...put,
      doc: { ...put.doc, body: bodies.get(put.doc.body) ?? put.doc.body },
    }));
    const renamed = rows.map((row) => ({ ...row, event: ofThread(row.event, source.body, session) }));
    await core.store.commit({ ...draft.batch, puts, append: [{ session: session.id, rows: renamed }] });
    return render(session, draft.resources, draft.now);
  });
}

async function prefix(
  core: Core,
  session: SessionBody & { id: SessionId },
  at: string | undefined,
): Promise<{ rows: NewLogRow[]; isWhole: boolean }> {
  const log = await core.store.log({ session: session.id, order: 'asc', limit: MOST_EVENTS + 1 });
  if (log.length > MOST_EVENTS) throw invalid(`the session has more than ${MOST_EVENTS} events, too many to fork`);
  const last = log.findLastIndex(({ event }) => event.type === 'session.status_idle');
  const end = at === undefined ? last : log.findIndex(({ event }) => event.id === at);
  if (at !== undefined && log[end]?.event.type !== 'session.status_idle') {
    throw invalid(`at: must be the id of a session.status_idle event of session ${session.id}`);
  }
  return { rows: log.slice(0, end + 1).map(({ event, memo }) => ({ event, memo })), isWhole: end === last };
}

/** The draft with what the log says of it. */
function resumed(
  draft: SessionBody & { id: SessionId },
  source: SessionBody,
  rows: readonly NewLogRow[],
  isWhole: boolean,
): SessionBody & { id: SessionId } {
  const told = rows.map(({ event }) => event).findLast((event) => event.type === 'session.usage');
  const usage = told?.usage ?? draft.usage;
  const { hidden, agent, budget, outcome_evaluations } = source;
  // Of an earlier pause the log says whole cents; the session counts exactly again with its next request.
  const cost = isWhole ? hidden.cost : told?.usage.list_cost && Number(told.usage.list_cost.amount) * 10_000;
  return {
    ...draft,
    agent,
    budget,
    usage,
    outcome_evaluations: isWhole ? outcome_evaluations : [],
    hidden: {
      ...draft.hidden,
      active_ms: usage.active_seconds * 1000,
      ...(cost === undefined ? {} : { cost }),
    },
  };
}

/** Each session's primary thread has an id of its own. */
function ofThread(event: SessionEvent, source: SessionBody, session: SessionBody): SessionEvent {
  const named = 'session_thread_id' in event && event.session_thread_id === source.hidden.primary_thread;
  return named ? { ...event, session_thread_id: session.hidden.primary_thread } : event;
}

/** The commit that was decided on stays the same. */
function pinned(made: SessionResourceBody, from: SessionResourceBody | undefined): SessionResourceBody {
  if (made.type !== 'github_repository' || from?.type !== 'github_repository') return made;
  const { commit } = from.hidden;
  return commit === undefined ? made : { ...made, hidden: { ...made.hidden, commit } };
}

async function inputOf(core: Core, session: string, resource: SessionResourceBody): Promise<ResourceInput> {
  switch (resource.type) {
    case 'file':
      return { type: 'file', file_id: resource.file_id, mount_path: resource.mount_path };
    case 'memory_store': {
      const { memory_store_id, access, instructions } = resource;
      return { type: 'memory_store', memory_store_id, access, instructions };
    }
    case 'github_repository': {
      const { type, url, checkout, mount_path } = resource;
      const token = await openToken(core, session, resource);
      return { type, url, checkout, mount_path, ...(token === null ? {} : { authorization_token: token }) };
    }
    default:
      return assertNever(resource);
  }
}
