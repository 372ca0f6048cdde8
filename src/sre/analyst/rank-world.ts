/** The statistical ranking alone: the plan up to its report, and nothing written. */
import type { Brief } from '../brief.ts';
import type { ToolResult } from '../tool.ts';
import { asAnswer } from './as-answer.ts';
import { followPlan } from './follow-plan.ts';
import { gather } from './gather.ts';
import { judge } from './judge.ts';
import type { Known } from './known.ts';
import type { Call } from './transcript.ts';

export interface WorldRanking {
  onset: string | null;
  services: { name: string; score: number }[];
  changes: { id: string; score: number }[];
  verdict: 'change' | 'no_change' | 'inconclusive';
}

/** The ranking is by metrics, changes and logs: its figures are of these. */
const NOT_ASKED = ['search_traces', 'list_alerts', 'search_incidents'];

/** `run` asks one read tool and gives its result; it is called with checked names only, one after the other. */
export async function rankWorld(
  brief: Brief,
  run: (name: string, input: Record<string, unknown>) => Promise<ToolResult>,
): Promise<WorldRanking> {
  const known: Known = [];
  const report = await followPlan(
    brief,
    async (call) => {
      if (call.name === 'report_finding') return 'enough';
      const result = asAnswer(await run(call.name, call.input), known.length + 1);
      known.push({ call, result });
      return result;
    },
    NOT_ASKED,
  );
  if (report === null) throw new Error('the investigation ended without a report');
  return summaryOf(brief, known, report);
}

function summaryOf(brief: Brief, known: Known, report: Call): WorldRanking {
  const judgement = judge(gather(brief, known));
  const { onset, outcome } = report.input;
  const cause = report.input.cause;
  const blames = typeof cause === 'object' && cause !== null && 'change_id' in cause && cause.change_id !== null;
  const found = typeof onset === 'string' ? onset : null;
  return {
    onset: found,
    services: judgement.services.map(({ name, score }) => ({ name, score: Number(score.toFixed(4)) })),
    changes: judgement.ranking.flatMap(({ id, score }) =>
      id === null || score < 0.0005 ? [] : [{ id, score: Number(score.toFixed(4)) }],
    ),
    verdict: blames ? 'change' : outcome === 'no_impact' || found !== null ? 'no_change' : 'inconclusive',
  };
}
