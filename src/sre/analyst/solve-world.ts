/** A whole investigation by the analyst, without session, server or model: the same plan, tools and check of evidence. */
import type { Brief } from '../brief.ts';
import { checkFinding } from '../check-finding.ts';
import { type Finding, finding as findingShape } from '../finding.ts';
import type { ToolResult } from '../tool.ts';
import { asAnswer } from './as-answer.ts';
import { evidenceIn } from './evidence-in.ts';
import { followPlan } from './follow-plan.ts';
import type { Known } from './known.ts';
import { secondReading } from './second-reading.ts';
import type { Call, Result } from './transcript.ts';

export interface Solution {
  finding: Finding | null;
  /** Statements that the check sent back, over all reports. */
  unsupported: number;
}

/** `run` asks one read tool; it is called with checked names only, one after the other. */
export async function solveWorld(
  brief: Brief,
  run: (name: string, input: Record<string, unknown>) => Promise<ToolResult>,
): Promise<Solution> {
  const known: Known = [];
  const out: Solution = { finding: null, unsupported: 0 };
  await followPlan(brief, async (call) => {
    if (call.name === 'report_finding') return reported(call, known, out);
    const result = asAnswer(await run(call.name, call.input), known.filter((one) => one.result.ok).length + 1);
    known.push({ call, result });
    return result;
  });
  return out;
}

function reported(call: Call, known: Known, out: Solution): Result {
  const evidence = evidenceIn(known);
  const finding = findingShape.parse(call.input);
  const unsupported = checkFinding(finding, evidence);
  const read = unsupported.length > 0 ? null : secondReading(finding, evidence);
  if (read?.fate === 'sent_back') unsupported.push(...read.problems);
  out.unsupported += unsupported.length;
  if (unsupported.length > 0) {
    const text = JSON.stringify({ error: 'these statements are not supported', unsupported });
    return { ok: false, error: 'these statements are not supported', text };
  }
  out.finding = read === null || read.fate === 'sent_back' ? finding : read.finding;
  const text = JSON.stringify({ accepted: true });
  return { ok: true, evidence: null, data: { accepted: true }, warnings: [], truncated: false, text };
}
