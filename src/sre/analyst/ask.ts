import type { Known } from './known.ts';
import type { Step } from './replay.ts';
import type { Result } from './transcript.ts';

export interface Equipment {
  /** Names of the tools that may be asked. */
  tools: ReadonlySet<string>;
  system: string;
}

/** Asks what may be asked; a step without a question asks nothing. */
export function* ask(known: Known, equipment: Equipment, step: Step): Generator<Step, Result[], Result[]> {
  const calls = step.calls.filter((call) => equipment.tools.has(call.name));
  for (const call of step.calls)
    if (!equipment.tools.has(call.name))
      known.push({ call, result: { ok: false, error: 'this tool is not available here', text: '' } });
  if (calls.length === 0) return [];
  const results = yield { say: step.say, calls };
  results.forEach((result, i) => {
    const call = calls[i];
    if (call !== undefined) known.push({ call, result });
  });
  return results;
}
