/** A change that is named: whose it is, of what kind, and when it took effect, from its row. */
import { CHANGE_KINDS } from '../../change.ts';
import { holdsName, plain } from '../../checking/facts.ts';
import type { Opinion } from './opinion.ts';
import type { Rows } from './rows.ts';
import { type Clock, clockOf, clocksIn, isOnDate } from './words.ts';

const MINUTE = 60_000;

export function judgeChange(text: string, { changes }: Rows): Opinion | null {
  const read = plain(text);
  const named = changes.filter(({ id }) => holdsName(read, id));
  // A list of many that have one thing in common says nothing of each that could be computed.
  const ids = new Set(named.map(({ id }) => id));
  const [row] = named;
  if (row === undefined || ids.size !== 1) return null;
  const { evidence, id, time, kind, service } = row;
  const at = Date.parse(time);
  const [effective] = clocksIn(/\btook effect\b.*$/is.exec(text)?.[0] ?? '');
  if (effective !== undefined && (minutesOff(effective, at) > 1 || !isOnDate(effective, at)))
    return { verdict: 'not_supported', why: `${evidence} lists ${id} at ${clockOf(at)}, not at the time stated.` };
  const claimed = /\ban? ([a-z]+) of ([\w.-]*\w)/i.exec(text);
  if (claimed?.[1] !== undefined && isKind(claimed[1]) && claimed[1].toLowerCase() !== kind)
    return { verdict: 'not_supported', why: `${evidence} lists ${id} as a ${kind}, not as a ${claimed[1]}.` };
  // A title is its author's: what it says of other services says nothing of whose change it is.
  const told = read.replaceAll(plain(row.title), ' ');
  const others = [...new Set(changes.map((other) => other.service))].filter(
    (other) => other !== null && other !== service,
  );
  const wrong = others.find((other) => other !== null && isOf(told, other));
  if (service !== null && wrong !== undefined && !isOf(told, service))
    return { verdict: 'not_supported', why: `${evidence} lists ${id} as a change of ${service}, not of ${wrong}.` };
  return {
    verdict: 'supported',
    why: `${evidence} lists ${id}, a ${kind} of ${service ?? 'no one service'}, at ${clockOf(at)}.`,
  };
}

function isKind(word: string): boolean {
  return CHANGE_KINDS.some((kind) => kind === word.toLowerCase());
}

/** "a deploy of cart", "went to cart", "cart's deploy". */
function isOf(read: string, service: string): boolean {
  const name = service.toLowerCase();
  return [`of ${name}`, `to ${name}`, `${name}'s`].some((words) => holdsName(read, words));
}

function minutesOff({ minutes }: Clock, at: number): number {
  const off = Math.abs((Math.floor(at / MINUTE) % 1440) - minutes);
  return Math.min(off, 1440 - off);
}
