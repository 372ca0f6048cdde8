import { z } from 'zod';
import { cut } from '../src/sre/reading/fit-size.ts';
import { badInput, couldNotLook, looked } from '../src/sre/reading/result.ts';
import { type Likeness, similarIncidents } from '../src/sre/reading/similar-incidents.ts';
import { DAY, windowInput, windowOf } from '../src/sre/reading/window.ts';
import { defineTool } from '../src/sre/tool.ts';

const input = z.object({
  alert: z.string().max(300).optional().describe('name of the alert it began with'),
  service: z.string().max(200).optional(),
  text: z.string().max(500).optional().describe('words of its title, cause or cure'),
  ...windowInput('400 days before end'),
  limit: z.number().int().min(1).max(20).default(10),
});

const MOST_READ = 500;
const MOST_TEXT = 600;

export const tool = defineTool({
  name: 'search_incidents',
  description:
    'Earlier incidents of which one of alert, service or words is the same, the most alike first: when, what was taken for the cause then, what was done, how it ended, and whether a person stood for the cause. History: the same symptom often has another cause. A cause of then is a hypothesis to test against what is measured now, and no evidence of the present one.',
  input,
  effect: 'read',
  async run({ alert = null, service = null, text = null, limit, ...times }, world) {
    const window = windowOf(times, world.now, 400 * DAY);
    if (!window.ok) return badInput('incidents', window.error);
    const query = { range: window.range, except: world.incident.id, limit: MOST_READ };
    const answer = await world.pastIncidents.list(query, world.signal);
    if (answer.status === 'unavailable') return couldNotLook(answer);
    const found = similarIncidents(answer.data, { alert, service, text });
    const none = `None of the ${answer.data.length} incidents on record in this window is like that.`;
    return looked(
      answer,
      {
        incidents: found.slice(0, limit).map((one) => shown(one, world.now)),
        searched: answer.data.length,
        hint: found.length > 0 ? null : none,
      },
      { range: window.range, cut: found.length > limit },
    );
  },
});

function shown({ incident, shares }: Likeness, now: Date) {
  const { id, startedAt, endedAt, service, alert, title, cause, done, outcome, confirmedBy } = incident;
  return {
    ...{ id, started: startedAt, ended: endedAt, service },
    age_days: Math.floor((now.getTime() - Date.parse(startedAt)) / DAY),
    alert: cut(alert, MOST_TEXT),
    title: cut(title, MOST_TEXT),
    cause_then: cause === null ? null : { ...cause, line: cut(cause.line.replace(/\s+/g, ' '), MOST_TEXT) },
    done: done === null ? null : cut(done, MOST_TEXT),
    outcome: cut(outcome, MOST_TEXT),
    confirmed_by: confirmedBy,
    shares,
  };
}
