/** A whole investigation by the analyst, without session, server or model: the same plan, tools and check of evidence. */
import type { Brief } from '../brief.ts';
import { checkFinding } from '../check-finding.ts';
import type { Evidence } from '../evidence.ts';
import { type Finding, finding as findingShape } from '../finding.ts';
import { questionOf } from '../reviewing/question.ts';
import { concludes, rubricOf } from '../reviewing/rubric.ts';
import { type Settled, settle } from '../reviewing/settle.ts';
import { readAnswer } from '../reviewing/verdict.ts';
import type { ToolResult } from '../tool.ts';
import { followPlan } from './follow-plan.ts';
import { gradeQuestion } from './grading/index.ts';
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
  const evidence: Evidence[] = [];
  const out: Solution = { finding: null, unsupported: 0 };
  await followPlan(brief, async (call) =>
    call.name === 'report_finding'
      ? reported(call, evidence, out)
      : recorded(call, await run(call.name, call.input), evidence, brief),
  );
  return out;
}

function reported(call: Call, evidence: readonly Evidence[], out: Solution): Result {
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

/** As in a session, where it is a conversation of its own. */
function secondReading(finding: Finding, evidence: readonly Evidence[]): Settled {
  if (!concludes(finding)) return settle(finding, { is: 'not_needed' }, 1);
  const { verdicts } = gradeQuestion(questionOf(finding, evidence));
  const read = readAnswer(JSON.stringify({ verdicts }), rubricOf(finding));
  const grading = read.ok ? { is: 'graded' as const, lines: read.lines } : { is: 'not_graded' as const, why: read.why };
  return settle(finding, grading, 1);
}

function recorded(call: Call, answer: ToolResult, evidence: Evidence[], { incident }: Brief): Result {
  if (!answer.ok) return { ok: false, error: answer.error, text: answer.error };
  const { source, range, truncated = false, warnings = [], data } = answer;
  const content = JSON.stringify({ source, range, truncated, warnings, data });
  const id: Evidence['id'] = `E${evidence.length + 1}`;
  const kept = { toolUseId: id, tool: call.name, query: call.input, range, content, source, truncated };
  evidence.push({ id, incident: incidentId(incident), ...kept, fetchedAt: '', hash: '', url: null });
  return { ok: true, evidence: id, data: JSON.parse(content).data, warnings, truncated, text: content };
}

/** A brief carries the id as text that `mint` made: it begins with the right letters. */
function incidentId(text: string): Evidence['incident'] {
  return `inc_${text.replace(/^inc_/, '')}`;
}
