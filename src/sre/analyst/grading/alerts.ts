/** How often an alert fired before, and since when it fires: from the tally of its episodes. */
import { holdsName, plain } from '../../checking/facts.ts';
import type { Opinion } from './opinion.ts';
import type { Rows } from './rows.ts';
import { clockOf, clocksIn } from './words.ts';

const MINUTE = 60_000;

export function judgeAlerts(text: string, { alerts }: Rows): Opinion | null {
  const read = plain(text);
  const named = alerts.filter(
    ({ name, service }) => holdsName(read, name) && (service === null || holdsName(read, service)),
  );
  const [row] = named;
  if (row === undefined || named.length > 1) return null;
  const why = faultOf(text, row);
  if (why !== null) return { verdict: 'not_supported', why };
  const told = /\bfired (?:once|\d+ times)\b|\bfires\b/i.test(text);
  return told
    ? { verdict: 'supported', why: `${row.evidence} counts ${row.times} of it, ${row.firing_now} now.` }
    : null;
}

/** What the tally says against the statement; null when nothing. */
function faultOf(text: string, row: Rows['alerts'][number]): string | null {
  const { evidence, times, firing_now: now, cleared_alone: alone, longest_minutes: longest, last_started: last } = row;
  const ended = times - now;
  const [, once, count] = /\bfired (?:(once)|(\d+) times)\b/i.exec(text) ?? [];
  const said = once === undefined ? Number(count ?? ended) : 1;
  if (said !== ended) return `${evidence} counts ${ended} that ended, not ${said}.`;
  if (/\bcleared by itself\b/i.test(text) && alone !== ended)
    return `${evidence} counts ${alone} of ${ended} that cleared by themselves.`;
  const within = /\bwithin ([\d.]+) minutes\b/i.exec(text)?.[1];
  if (within !== undefined && (longest === null || longest > Number(within)))
    return `The longest took ${longest ?? 'an unknown number of'} minutes in ${evidence}.`;
  if (!/\bfires\b/i.test(text)) return null;
  if (now === 0) return `It does not fire in ${evidence}.`;
  const [since] = clocksIn(text);
  const at = Math.floor(Date.parse(last) / MINUTE) % 1440;
  if (since !== undefined && Math.abs(since.minutes - at) > 1)
    return `In ${evidence} it fires since ${clockOf(Date.parse(last))}.`;
  return null;
}
