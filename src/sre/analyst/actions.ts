/** What to do: the cure first, then what buys time until it is out and how much, then the runbook. */
import type { Finding } from '../finding.ts';
import { spell } from './amounts.ts';
import type { Judgement } from './judgement.ts';
import { subject } from './naming.ts';
import type { Change } from './shapes.ts';
import { fillsUp } from './signals.ts';

type Action = Finding['proposed_actions'][number];

export function actionsFor(judgement: Judgement, change: Change, where: string): Action[] {
  const { lead } = judgement;
  const relief = reliefOf(judgement);
  const revert: Action = {
    title: change.kind === 'deploy' ? `Revert ${change.id} and roll it out` : `Revert ${change.id}`,
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

/** How long it took from empty to hurting the last time: what a restart buys. Null when it cannot be told. */
export function reliefOf({ lead, symptom, onset }: Judgement): string | null {
  const hurt = Date.parse(symptom?.fact.change?.at ?? '');
  const empty = (lead?.fact.change?.resets ?? []).map((at) => Date.parse(at)).filter((at) => at < hurt);
  const from = empty.at(-1) ?? onset?.at ?? Number.NaN;
  return hurt - from > 10 * 60_000 ? spell(Math.round((hurt - from) / 600_000) * 600_000) : null;
}

export function runbookAction(runbook: string | null): Action[] {
  if (runbook === null) return [];
  const why = 'Written for this alert; where it contradicts the evidence above, the evidence counts.';
  return [{ title: `Runbook: ${runbook}`, reversible: true, temporary: false, why }];
}
