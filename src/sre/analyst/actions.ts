/** What to do: the cure first, then what buys time until it is out and how much, then the runbook. */
import type { Finding, UsedRunbook } from '../finding.ts';
import { spell } from './amounts.ts';
import type { Judgement } from './judgement.ts';
import { subject } from './naming.ts';
import { oneWay } from './one-way.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { fillsUp } from './signals.ts';

type Action = Finding['proposed_actions'][number];

export function actionsFor(scene: Scene, judgement: Judgement, change: Change, where: string): Action[] {
  const dropped = oneWay(scene, change);
  if (dropped !== null) return [forward(change, dropped)];
  const { lead } = judgement;
  const relief = reliefOf(judgement);
  const revert: Action = {
    title: cureOf(change),
    reversible: true,
    temporary: false,
    why: 'It takes the cause away, and the rollout replaces the processes that hold what was used up.',
  };
  if (lead === null || !fillsUp(lead)) return [{ ...revert, why: 'It takes the cause away.' }];
  return [
    revert,
    {
      title: `Restart ${where}, one process after another`,
      reversible: true,
      temporary: true,
      why: `It empties ${subject(lead)} and buys ${relief === null ? 'some time' : `about ${relief}`}; the climb begins again at once.`,
    },
  ];
}

/** The way back that its kind allows. */
function cureOf({ kind, id }: Change): string {
  switch (kind) {
    case 'deploy':
      return `Revert ${id} and roll it out`;
    case 'migration':
      return `Undo ${id} with a new migration that blocks no writes`;
    case 'infra':
    case 'batch':
    case 'certificate':
      return `Take ${id} back, once two people have looked at what it left behind`;
    default:
      return `Revert ${id}`;
  }
}

function forward(change: Change, dropped: Change): Action {
  return {
    title: `Mend what ${change.id} changed with a new version; do not roll back`,
    reversible: true,
    temporary: false,
    why: `${dropped.id} dropped with it what the version before reads and writes: going back would break more.`,
  };
}

/** How long it took from empty to hurting the last time: what a restart buys. Null when it cannot be told. */
export function reliefOf({ lead, symptom, onset }: Judgement): string | null {
  const hurt = Date.parse(symptom?.fact.change?.at ?? '');
  const empty = (lead?.fact.change?.resets ?? []).map((at) => Date.parse(at)).filter((at) => at < hurt);
  const from = empty.at(-1) ?? onset?.at ?? Number.NaN;
  return hurt - from > 10 * 60_000 ? spell(Math.round((hurt - from) / 600_000) * 600_000) : null;
}

/** The first that nothing measured contradicts. */
export function runbookAction(runbooks: readonly UsedRunbook[]): Action[] {
  const fitting = runbooks.find(({ contradicted }) => contradicted.length === 0);
  if (fitting === undefined) return [];
  const why = 'Its words fit what is seen, and nothing measured contradicts what it expects.';
  return [{ title: `Follow the runbook ${fitting.name}`, reversible: true, temporary: false, why }];
}
