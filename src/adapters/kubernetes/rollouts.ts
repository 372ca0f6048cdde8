/** The revisions of each deployment, as its replica sets keep them → changes. Pure. */
import { oneLine } from '../../lib/one-line.ts';
import type { Change } from '../../sre/change.ts';
import type { Deployment, ReplicaSet, Template } from './api.ts';
import { difference } from './template.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
const CAUSE = 'kubernetes.io/change-cause';

export interface Rollout {
  change: Change;
  after: Template;
  before: Template | null;
}
export interface History {
  rollouts: Rollout[];
  /** Time of the oldest rollout that is kept where older ones were discarded; null where all are there. */
  keptSince: string | null;
  /** Rollouts whose time is not kept: of revisions that were gone back to, and left again. */
  undated: number;
}

/** One revision; a replica set that is used again stands for several, of which only the first and the newest have a time. */
interface Revision {
  number: number;
  set: ReplicaSet;
  at: string | null;
}

export interface Named {
  /** What ids begin with: those of several clusters must differ. */
  source: string;
  /** These name the service, best first; else the deployment's own name counts. */
  labels: readonly string[];
}

export function historyOf(deployment: Deployment, all: readonly ReplicaSet[], { source, labels }: Named): History {
  const revisions = revisionsOf(deployment, all);
  const { metadata } = deployment;
  const service = labels.map((label) => metadata.labels?.[label]).find(Boolean) ?? metadata.name;
  const rollouts = revisions.flatMap(({ number, set, at }, i): Rollout[] => {
    const before = revisions[i - 1]?.set.spec.template ?? null;
    return at === null ? [] : [rollout(deployment, { number, set, at }, before, { source, service })];
  });
  const isWhole = (revisions[0]?.number ?? 1) === 1;
  const oldest = rollouts.map(({ change }) => change.time).toSorted()[0];
  return {
    rollouts,
    keptSince: isWhole ? null : (oldest ?? null),
    undated: revisions.filter(({ at }) => at === null).length,
  };
}

function revisionsOf({ metadata, status }: Deployment, all: readonly ReplicaSet[]): Revision[] {
  const sets = all.filter(({ metadata: { ownerReferences } }) =>
    ownerReferences?.some(({ uid }) => uid === metadata.uid),
  );
  const progress = status?.conditions?.find(({ type }) => type === 'Progressing')?.lastUpdateTime ?? null;
  const numbers = sets.map((set) => ({ set, own: numbersOf(set) })).filter(({ own }) => own.length > 0);
  const newest = Math.max(...numbers.flatMap(({ own }) => own));
  return numbers
    .flatMap(({ set, own }) =>
      own.map((number, i): Revision => {
        const again = number === newest ? progress : null;
        return { number, set, at: i === 0 ? set.metadata.creationTimestamp : again };
      }),
    )
    .toSorted((a, b) => a.number - b.number);
}

/** Rising. The last is what it is now. */
function numbersOf({ metadata: { annotations } }: ReplicaSet): number[] {
  const told = [...(annotations?.[HISTORY] ?? '').split(','), annotations?.[REVISION] ?? ''];
  const numbers = told.filter(Boolean).map(Number);
  return numbers.every((number) => Number.isInteger(number) && number > 0) ? numbers.toSorted((a, b) => a - b) : [];
}

function rollout(
  { metadata: { name, namespace } }: Deployment,
  { number, set, at }: Revision & { at: string },
  before: Template | null,
  { source, service }: { source: string; service: string },
): Rollout {
  const after = set.spec.template;
  const { words, isImage, commit } = difference(before, after);
  const first = numbersOf(set)[0];
  const back = first === undefined || first === number ? '' : ` (back to what revision ${first} was)`;
  const cause = oneLine(set.metadata.annotations?.[CAUSE] ?? '', 200);
  const change: Change = {
    id: `${source}:${namespace}/${name}:${number}`,
    kind: isImage || words === null ? 'deploy' : 'config',
    service,
    time: new Date(at).toISOString(),
    actor: '',
    title: `${name} revision ${number}${back}: ${(words ?? 'nothing that runs was changed').slice(0, 300)}${cause === '' ? '' : `; ${cause}`}`,
    ref: commit,
    // What the oldest revision that is kept replaced is gone, unless it replaced nothing.
    hasDiff: before !== null || number === 1,
    basis: 'rollout',
  };
  return { change, before, after };
}
