/** One alert, all the way, over HTTP: send it, find its incident, and follow that until it rests. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';
import { CommandFailed } from './fail.ts';
import { follow, type News } from './follow.ts';
import { type Action, type Incident, type IncidentDetail, incidentDetail, incidentPage } from './wire.ts';
import type { WorldFolder } from './worlds.ts';

/** Sends the alert as its source does and answers the incident that it opened. */
export async function sendAlert(api: Api, world: WorldFolder, hookToken: string): Promise<Incident> {
  const response = await fetch(`${api.place.url}/hooks/${encodeURIComponent(world.alertSource)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${hookToken}` },
    body: world.alert,
  });
  if (!response.ok) {
    const why = (await response.text()).slice(0, 300);
    throw new CommandFailed(`The server did not take the alert: ${response.status} ${why}`, {
      hint: `Check alert.json and alert_source in ${world.dir}.`,
    });
  }
  for (let tries = 0; tries < 200; tries += 1) {
    const { data } = await api.get('/api/incidents?limit=1', incidentPage);
    if (data[0] !== undefined) return data[0];
    await sleep(50);
  }
  throw new CommandFailed('The alert was accepted, but no incident was opened within 10 s.', {
    hint: 'Look at the log of the server.',
  });
}

export type Rest = { at: 'approval'; action: Action } | { at: 'end'; state: string };

/** What the incident shows when it waits for a person or has nothing more to do. */
const resting = new Set(['concluded', 'monitoring', 'resolved', 'failed']);

export async function untilRest(
  api: Api,
  id: string,
  options: { after: number; timeoutMs: number; decided?: boolean },
  tell: (news: News) => void,
): Promise<Rest> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), options.timeoutMs);
  try {
    for await (const news of follow(api, id, options.after, stop.signal)) {
      tell(news);
      if (news.is !== 'incident') continue;
      const { state } = news.incident;
      if (state.is === 'needs_approval' && !options.decided) return { at: 'approval', action: await waiting(api, id) };
      if (resting.has(state.is)) return { at: 'end', state: state.is };
    }
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  throw new CommandFailed(`The investigation did not come to an end within ${options.timeoutMs / 1000} s.`, {
    hint: 'With a slow model, give it longer with --timeout SECONDS.',
  });
}

async function waiting(api: Api, id: string): Promise<Action> {
  const { actions } = await detailOf(api, id);
  const action = actions.find(({ state }) => state.is === 'proposed');
  if (action === undefined) throw new CommandFailed(`${id} waits for approval, but has no open action.`);
  return action;
}

export function detailOf(api: Api, id: string): Promise<IncidentDetail> {
  return api.get(`/api/incidents/${encodeURIComponent(id)}`, incidentDetail);
}
