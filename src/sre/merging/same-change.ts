/** What several sources tell of, joined where they tell of the same change. Pure. */
import type { Change } from '../change.ts';

export interface Reported {
  /** As its answers name it: the kind comes first. */
  source: string;
  change: Change;
}

const MINUTE = 60_000;
/** Between asking for a deploy of a commit, its sync and its rollout. Later, the same commit was deployed again. */
const SAME_COMMIT_MS = 30 * MINUTE;
/** Between two reports of a deploy of one service that share no commit. */
const SAME_DEPLOY_MS = 5 * MINUTE;

/**
 * Two reports of sources of different kinds are one change when they name the same commit for the same service within half an hour
 * (a commit that was only merged: when it goes live, however much later), or when both are deploys of one service within
 * five minutes and nothing says that these were two. Newest first.
 */
export function joinSame(reported: readonly Reported[]): Change[] {
  const groups: Reported[][] = [];
  for (const one of reported.toSorted(settledFirst)) {
    const fitting = groups.filter((group) => group.every((other) => isSame(one, other, group)));
    const own = fitting.find((group) => group.some((other) => other.change.service === one.change.service));
    const group = own ?? fitting[0];
    if (group === undefined) groups.push([one]);
    else group.push(one);
  }
  return groups.map(joined).toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time) || (a.id < b.id ? -1 : 1));
}

/** What took effect stands before what was only released, so that the latter finds it. */
function settledFirst(a: Reported, b: Reported): number {
  const released = (one: Reported): number => (one.change.basis === 'released' ? 1 : 0);
  return released(a) - released(b) || Date.parse(a.change.time) - Date.parse(b.change.time);
}

function isSame(one: Reported, other: Reported, group: readonly Reported[]): boolean {
  // Sources of one kind look at clusters or repositories of their own: what two of them tell of happened twice.
  if (group.some((known) => kindOf(known) === kindOf(one))) return false;
  const [a, b] = [one.change, other.change];
  if (a.service !== null && b.service !== null && a.service !== b.service) return false;
  const apart = Math.abs(Date.parse(a.time) - Date.parse(b.time));
  if (sameCommit(a.ref, b.ref)) {
    const released = [a, b].find(({ basis }) => basis === 'released');
    const live = [a, b].find(({ basis }) => basis !== 'released');
    if (released !== undefined && live !== undefined)
      return Date.parse(live.time) >= Date.parse(released.time) - SAME_DEPLOY_MS;
    return apart <= SAME_COMMIT_MS;
  }
  const twoCommits = isCommit(a.ref) && isCommit(b.ref) && a.basis !== 'rollout' && b.basis !== 'rollout';
  return !twoCommits && a.service !== null && a.service === b.service && bothDeploys(a, b) && apart <= SAME_DEPLOY_MS;
}

function kindOf({ source }: Reported): string | undefined {
  return source.split(' ', 1)[0];
}

function bothDeploys(a: Change, b: Change): boolean {
  return [a, b].every(({ kind, basis }) => kind === 'deploy' && basis !== 'released');
}

export function isCommit(ref: string | null): ref is string {
  return ref !== null && /^[0-9a-f]{7,64}$/i.test(ref);
}

/** Sources shorten hashes; seven digits are what git itself takes for enough. */
function sameCommit(a: string | null, b: string | null): boolean {
  if (!isCommit(a) || !isCommit(b)) return false;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  return long.toLowerCase().startsWith(short.toLowerCase());
}

/** The report with a diff speaks for all; the time is the earliest at which it can have had an effect. */
function joined(group: readonly Reported[]): Change {
  const changes = group.map(({ change }) => change);
  const [first] = changes;
  if (first === undefined) throw new Error('a group has at least one report');
  if (changes.length === 1) return first;
  const spokesman = changes.find(({ hasDiff }) => hasDiff) ?? changes.find(({ ref }) => isCommit(ref)) ?? first;
  const { basis: _basis, ...told } = spokesman;
  const live = changes.filter(({ basis }) => basis !== 'released');
  const times = (live.length > 0 ? live : changes).map(({ time }) => time);
  const bases = new Set(changes.map(({ basis }) => basis));
  const [basis] = bases.size === 1 ? bases : [undefined];
  return {
    ...told,
    service: spokesman.service ?? changes.find(({ service }) => service !== null)?.service ?? null,
    time: times.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? first.time,
    actor: spokesman.actor || (changes.find(({ actor }) => actor !== '')?.actor ?? ''),
    ...(basis === undefined ? {} : { basis }),
    reports: group.map(({ source, change: { id, ref, title } }) => ({ source, id, ref, title })),
  };
}
