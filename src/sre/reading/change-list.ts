/** The change feeds as both change tools show them: neutral, newest first, with the widening step spelled out. */
import type { Change, ChangeKind } from '../change.ts';
import type { ToolResult, ToolWorld } from '../tool.ts';
import { fitSize } from './fit-size.ts';
import { sourcesOf } from './looks.ts';
import { badInput, couldNotLook, looked } from './result.ts';
import { DAY, windowOf } from './window.ts';

export interface ChangeQuery {
  start?: string | undefined;
  end?: string | undefined;
  service?: string | undefined;
  kinds: ChangeKind[];
  limit: number;
}

export async function listChanges(query: ChangeQuery, world: ToolWorld): Promise<ToolResult> {
  const window = windowOf(query, world.now, DAY);
  if (!window.ok) return badInput('changes', window.error);
  const answer = await world.changes.list(
    { range: window.range, service: query.service ?? null, kinds: query.kinds, limit: query.limit },
    world.signal,
  );
  if (answer.status === 'unavailable') return couldNotLook(answer);
  const { kept, dropped } = fitSize(answer.data.map(shown));
  const hours = Math.round((window.end - window.start) / 3_600_000);
  return looked(
    answer,
    {
      changes: kept,
      count: kept.length,
      ...sourcesOf(answer),
      window_hours: hours,
      hint:
        window.end - window.start < 13.5 * DAY
          ? 'Less than the last two weeks were searched. Before concluding that no change explains this, ask again with start "-14d".'
          : null,
    },
    { range: window.range, cut: dropped > 0 },
  );
}

function shown(change: Change) {
  return {
    id: change.id,
    kind: change.kind,
    service: change.service,
    time: change.time,
    actor: change.actor,
    title: change.title,
    ref: change.ref,
    has_diff: change.hasDiff,
    ...(change.basis === undefined ? {} : { time_is: meaning[change.basis] }),
    ...(change.reports === undefined ? {} : { told_by: change.reports }),
  };
}

const meaning = {
  released: 'when it was merged or published; nobody said when it went live',
  rollout: 'when its rollout began, as seen in the cluster',
};
