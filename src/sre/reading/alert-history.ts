/** Episodes of alerts → how often each fired, and how it ended. Pure. */
import type { PastAlert } from '../ports/history.ts';
import { round } from './round.ts';

export interface AlertTally {
  name: string;
  service: string | null;
  /** Episodes. */
  times: number;
  firing_now: number;
  /** Ended, and nobody had acted. */
  cleared_alone: number;
  /** Ended after somebody had acted. */
  ended_after_action: number;
  /** Ended, and the source cannot say how. */
  ended_unknown: number;
  /** Of those that ended; null without any. */
  median_minutes: number | null;
  longest_minutes: number | null;
  first_started: string;
  last_started: string;
}

/** By name and service, the most frequent first. */
export function tally(alerts: readonly PastAlert[]): AlertTally[] {
  const groups = new Map<string, PastAlert[]>();
  for (const alert of alerts) {
    const key = JSON.stringify([alert.name, alert.service]);
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  return [...groups.values()]
    .flatMap(([first, ...rest]) => (first === undefined ? [] : [tallyOf(first, [first, ...rest])]))
    .toSorted((a, b) => b.times - a.times || (a.name < b.name ? -1 : 1));
}

function tallyOf({ name, service }: PastAlert, episodes: readonly PastAlert[]): AlertTally {
  const ended = episodes.filter(({ endedAt }) => endedAt !== null);
  const minutes = ended.map(minutesOf).toSorted((a, b) => a - b);
  const starts = episodes.map(({ startedAt }) => startedAt).toSorted();
  const count = (how: boolean | null) => ended.filter(({ clearedAlone }) => clearedAlone === how).length;
  return {
    ...{ name, service, times: episodes.length, firing_now: episodes.length - ended.length },
    cleared_alone: count(true),
    ended_after_action: count(false),
    ended_unknown: count(null),
    median_minutes: minutes[Math.floor(minutes.length / 2)] ?? null,
    longest_minutes: minutes.at(-1) ?? null,
    first_started: starts[0] ?? '',
    last_started: starts.at(-1) ?? '',
  };
}

/** How many minutes it fired, to three digits. */
export function minutesOf({ startedAt, endedAt }: PastAlert): number {
  return round((Date.parse(endedAt ?? startedAt) - Date.parse(startedAt)) / 60_000, 3);
}
