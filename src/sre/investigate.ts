/** An incident gets its session: found if a crash lost only our note of it, made if there is none. */
import type Anthropic from '@anthropic-ai/sdk';
import { type Brief, briefAlerts, renderBrief } from './brief.ts';
import { flagPlanted } from './flag-planted.ts';
import type { Incident } from './incident.ts';
import { LOG_FILE, type LogFile, uploadLogWindow } from './log-window.ts';
import type { Incidents } from './ports/incidents.ts';
import { revise } from './revise.ts';
import { budgetFor, withinBudget } from './session/budget.ts';
import type { Sources } from './sources.ts';
import { toldKey } from './tell.ts';
import type { SourceKind } from './tool.ts';

export interface Investigating {
  client: Anthropic;
  incidents: Incidents;
  sources: Sources;
  /** Agent and environment to run in; published before the first session. */
  published: () => Promise<Published>;
  canOpenPullRequest: boolean;
  /** Of the whole incident, at list prices; null: none. */
  budgetUsd: number | null;
  clock: () => number;
  signal: AbortSignal;
  /** Whether this is still for this process to do. */
  holds: () => boolean;
}
export interface Published {
  agentId: string;
  environmentId: string;
  model: string;
  /** Who reads findings a second time. */
  grader: { agentId: string; model: string };
  /** Whom the investigator may ask; empty when it works alone. */
  specialists: { agentId: string; of: SourceKind; name: string }[];
}

/** The key in a session's metadata that says whose it is. */
const OWNER = 'vigil_incident';
/** Clocks of two machines may differ by this much. */
const CLOCK_SKEW_MS = 10 * 60_000;

export async function investigate(investigating: Investigating, incident: Incident): Promise<Incident> {
  const { incidents, clock } = investigating;
  const published = await investigating.published();
  const session =
    (await findSession(investigating, published, incident)) ?? (await create(investigating, published, incident));
  for (const alert of incident.alerts) {
    await incidents.intend(toldKey(incident.id, alert), incident.id);
    await incidents.complete(toldKey(incident.id, alert), session);
  }
  // The line comes first: with a session on record nobody would come here again to write it.
  await incidents.note(incident.id, 'investigation', {
    at: new Date(clock()).toISOString(),
    kind: 'note',
    actor: 'system',
    text: `Investigation started with ${published.model}`,
    ref: session,
  });
  await flagPlanted(investigating, incident.id, { where: 'the alert', evidence: null }, briefAlerts(incident.alerts));
  const started = await revise(incidents, incident.id, (current) => ({
    ...current,
    sessionId: current.sessionId ?? session,
    model: published.model,
    state: current.state.is === 'open' ? { is: 'investigating' } : current.state,
  }));
  return started ?? incident;
}

async function findSession(
  { client, signal }: Investigating,
  published: Published,
  incident: Incident,
): Promise<string | null> {
  const query = {
    agent_id: published.agentId,
    include_archived: true,
    'created_at[gte]': new Date(Date.parse(incident.openedAt) - CLOCK_SKEW_MS).toISOString(),
  };
  for await (const session of client.beta.sessions.list(query, { signal })) {
    if (session.metadata[OWNER] === incident.id) return session.id;
  }
  return null;
}

/** Sent once: after a failure the next attempt looks for the session first. */
async function create(investigating: Investigating, published: Published, incident: Incident): Promise<string> {
  const { client, signal } = investigating;
  const log = await uploadLogWindow(investigating, incident);
  const text = renderBrief(briefOf(investigating, incident, log));
  if (!investigating.holds()) throw new Error('another process drives this incident now');
  const session = await withinBudget(budgetFor(investigating.budgetUsd, 'investigating'), (limit) =>
    client.beta.sessions.create(
      {
        ...limit,
        agent: published.agentId,
        environment_id: published.environmentId,
        title: incident.title.slice(0, 500),
        metadata: { [OWNER]: incident.id },
        resources: log === null ? [] : [{ type: 'file', file_id: log.fileId, mount_path: `/${LOG_FILE}` }],
        initial_events: [{ type: 'user.message', content: [{ type: 'text', text }] }],
      },
      { maxRetries: 0, signal },
    ),
  );
  return session.id;
}

function briefOf({ sources, canOpenPullRequest }: Investigating, incident: Incident, log: LogFile | null): Brief {
  return {
    incident: incident.id,
    now: sources.now().toISOString(),
    alerts: briefAlerts(incident.alerts),
    log_file: log?.shown ?? null,
    can_open_pull_request: canOpenPullRequest,
  };
}
