/** What Vigil itself looked into before, as a history. */
import { timeWindow } from '../../lib/time-window.ts';
import type { Action } from '../action.ts';
import type { Incident, IncidentState } from '../incident.ts';
import type { IncidentHistory, PastIncident } from '../ports/history.ts';
import type { Incidents } from '../ports/incidents.ts';
import { fromRecord, OWN_RECORD } from './from-record.ts';
import { recentIncidents } from './recent-incidents.ts';

/** Their investigation came to an end. */
const ENDED: readonly IncidentState['is'][] = ['resolved', 'concluded', 'monitoring'];

export function ownIncidents(incidents: Pick<Incidents, 'list' | 'actions'>, now: () => Date): IncidentHistory {
  return {
    list: ({ range: asked, except, limit }) =>
      fromRecord<PastIncident[]>(async () => {
        const { range, to, warnings } = timeWindow(asked, now().getTime());
        const { found, complete } = await recentIncidents(incidents, range.start, ENDED);
        const others = found.filter(({ id, openedAt }) => id !== except && Date.parse(openedAt) <= to);
        const data: PastIncident[] = [];
        for (const one of others.slice(0, limit)) data.push(past(one, await incidents.actions(one.id)));
        const cut = complete ? [] : ['there are more incidents in this range than were read'];
        return {
          status: 'ok',
          data,
          source: OWN_RECORD,
          range,
          truncated: !complete || others.length > data.length,
          warnings: [...warnings, ...cut],
          url: null,
        };
      }),
  };
}

function past(incident: Incident, actions: readonly Action[]): PastIncident {
  const { id, openedAt, service, alerts, title, finding, state } = incident;
  const cause = finding?.cause ?? null;
  const done = actions.find((action) => action.state.is === 'done');
  const named = cause?.change_id == null ? '' : `${cause.change_id}: `;
  return {
    id,
    startedAt: openedAt,
    endedAt: state.is === 'resolved' ? state.at : null,
    service: service ?? cause?.service ?? null,
    alert: alerts[0]?.name ?? title,
    title,
    cause: cause === null ? null : { service: cause.service, kind: cause.kind, line: named + cause.mechanism },
    done: done === undefined ? null : done.plan.title,
    outcome: `${finding?.outcome ?? 'no finding'}; ${standing(state)}`,
    // Who lets the change be made that takes a cause away stands for it; who closes an incident says only that it is over.
    confirmedBy: done?.state.is === 'done' ? done.state.by.name : null,
  };
}

function standing(state: IncidentState): string {
  if (state.is === 'resolved')
    return state.back === undefined ? `closed by ${state.by}` : `closed by ${state.by} after its signal was back`;
  return 'not closed';
}
