/** The analyst's plan carried out without a session: each step's calls one after the other, until there is no more. */
import type { Brief } from '../brief.ts';
import { askAgain } from './ask-again.ts';
import { investigate } from './plan.ts';
import type { Call, Result } from './transcript.ts';

const TOOLS = new Set([
  'list_metrics',
  'get_service_graph',
  'get_recent_changes',
  'get_metrics',
  'search_logs',
  'search_traces',
  'get_diff',
  'list_alerts',
  'search_incidents',
  'report_finding',
]);
const MOST_STEPS = 60;

/** `answer` is called with names of these tools only, without those in `without`. With `enough` it ends there, and that call is what comes back. */
export async function followPlan(
  brief: Brief,
  answer: (call: Call) => Promise<Result | 'enough'>,
  without: readonly string[] = [],
): Promise<Call | null> {
  const tools = new Set([...TOOLS].filter((name) => !without.includes(name)));
  const plan = investigate(brief, { tools, system: '' });
  let step = plan.next();
  for (let count = 0; count < MOST_STEPS && step.done !== true; count++) {
    const results: Result[] = [];
    for (const call of step.value.calls) {
      const result = await answer(call);
      if (result === 'enough') return call;
      results.push(result);
    }
    for (const call of askAgain(step.value.calls, results)) {
      const result = await answer(call);
      if (result !== 'enough') results[step.value.calls.indexOf(call)] = result;
    }
    step = plan.next(results);
  }
  return null;
}
