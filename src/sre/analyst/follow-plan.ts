/** The analyst's plan carried out without a session: each step's calls one after the other, until there is no more. */
import type { Brief } from '../brief.ts';
import { investigate } from './plan.ts';
import type { Call, Result } from './transcript.ts';

const TOOLS = new Set([
  'list_metrics',
  'get_service_graph',
  'get_recent_changes',
  'get_metrics',
  'search_logs',
  'get_diff',
  'report_finding',
]);
const MOST_STEPS = 60;

/** `answer` is called with names of these tools only. With `enough` it ends there, and that call is what comes back. */
export async function followPlan(
  brief: Brief,
  answer: (call: Call) => Promise<Result | 'enough'>,
): Promise<Call | null> {
  const plan = investigate(brief, { tools: TOOLS, system: '' });
  let step = plan.next();
  for (let count = 0; count < MOST_STEPS && step.done !== true; count++) {
    const results: Result[] = [];
    for (const call of step.value.calls) {
      const result = await answer(call);
      if (result === 'enough') return call;
      results.push(result);
    }
    step = plan.next(results);
  }
  return null;
}
