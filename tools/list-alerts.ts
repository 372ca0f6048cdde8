import { z } from 'zod';
import type { PastAlert } from '../src/sre/ports/history.ts';
import { minutesOf, tally } from '../src/sre/reading/alert-history.ts';
import { cut, fitSize } from '../src/sre/reading/fit-size.ts';
import { sourcesOf } from '../src/sre/reading/looks.ts';
import { badInput, couldNotLook, looked } from '../src/sre/reading/result.ts';
import { DAY, windowInput, windowOf } from '../src/sre/reading/window.ts';
import { defineTool, type ToolWorld } from '../src/sre/tool.ts';

const input = z.object({
  name: z.string().max(300).optional().describe('exact name of an alert; leave out for all'),
  service: z.string().max(200).optional().describe('leave out to see every service'),
  firing: z.boolean().default(false).describe('only what fires now'),
  ...windowInput('14 days before end, which is the most'),
  limit: z.number().int().min(1).max(200).default(40).describe('most episodes shown; all are counted'),
});

const LONGEST = 14 * DAY;
const MOST_READ = 1000;
const MOST_TALLIES = 60;
const MOST_LABELS = 12;
const MOST_TEXT = 200;

export const tool = defineTool({
  name: 'list_alerts',
  description:
    'Which alerts fired in the last 14 days and which fire now, beside those of this incident: each episode with its start and end, and for each alert how often it fired, how long, and how often it ended with nobody acting. History: it says how usual an alert is, and nothing about what makes it fire this time.',
  input,
  effect: 'read',
  async run({ name = null, service = null, firing, limit, ...asked }, world) {
    const window = windowOf(asked, world.now, LONGEST);
    if (!window.ok) return badInput('alerts', window.error);
    if (window.end - window.start > LONGEST + 60_000) return badInput('alerts', 'ask for 14 days at most');
    const query = { range: window.range, service, name, firing, limit: MOST_READ };
    const answer = await world.pastAlerts.list(query, world.signal);
    if (answer.status === 'unavailable') return couldNotLook(answer);
    const others = answer.data.filter((alert) => !isOwn(alert, world));
    const { kept } = fitSize(others.slice(0, limit).map(shown), 40_000);
    const alerts = tally(others);
    return looked(
      answer,
      {
        alerts: alerts.slice(0, MOST_TALLIES),
        episodes: kept,
        episodes_counted: others.length,
        ...sourcesOf(answer),
        hint: others.length > 0 ? null : 'No other alert is on record in this window; the record may be younger.',
      },
      { range: window.range, cut: alerts.length > MOST_TALLIES || kept.length < others.length },
    );
  },
});

/** The present episodes are what is looked into, and no history of themselves. */
function isOwn({ fingerprint, name, startedAt }: PastAlert, { incident }: ToolWorld): boolean {
  return incident.alerts.some(
    (own) =>
      (fingerprint === null ? own.name === name : own.fingerprint === fingerprint) &&
      Math.abs(Date.parse(own.startsAt) - Date.parse(startedAt)) < 1000,
  );
}

function shown(alert: PastAlert) {
  const { name, service, labels, startedAt, endedAt, clearedAlone } = alert;
  const told = Object.entries(labels).slice(0, MOST_LABELS);
  return {
    ...{ name: cut(name, MOST_TEXT), service },
    started: startedAt,
    ended: endedAt,
    minutes: endedAt === null ? null : minutesOf(alert),
    cleared_alone: clearedAlone,
    labels: Object.fromEntries(told.map(([key, value]) => [key, cut(value, MOST_TEXT)])),
  };
}
