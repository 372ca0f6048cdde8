/**
 * Vigil's own tools: one file in `tools/`, one tool, run here with Vigil's credentials, never in the sandbox.
 * A write tool without an approval card does not type-check, and a write tool cannot act: it proposes.
 */
import type { z } from 'zod';
import type { Plan } from './action.ts';
import type { TimeRange } from './evidence.ts';
import type { EvidenceId } from './ids.ts';
import type { Incident } from './incident.ts';
import type { Sources } from './sources.ts';

export interface ToolWorld extends Omit<Sources, 'now'> {
  incident: Incident;
  /** "Now" of the incident: real time, or the recorded moment in a world. All default windows end here. */
  now: Date;
  /** Where people read the incident; null or absent when there is no such address. */
  page?: string | null;
  signal: AbortSignal;
}

/** What a read tool answers; `take-evidence.ts` records it as evidence and puts the evidence id in front. */
export type ToolResult =
  | {
      ok: true;
      data: unknown;
      source: string;
      range: TimeRange | null;
      url?: string | null;
      truncated?: boolean;
      warnings?: string[];
    }
  | { ok: false; error: string; source: string; kind: 'bad_input' | 'unavailable' };

/** What a write tool answers: the exact plan a person will see, or why there is none. */
export type Proposal =
  | { ok: true; plan: Plan; risk: string; rollback: string; evidence: EvidenceId[]; runbook: string | null }
  | { ok: false; error: string };

/** Kinds of sources that a specialist may be for; a read tool says which ones it reads, and is theirs only then. */
export type SourceKind = 'metrics' | 'logs' | 'changes';

export type Tool<Input = never> = {
  name: string;
  /** For the model: what it answers, its limits, its units. Names no answer, no example from a known incident. */
  description: string;
  input: z.ZodType<Input>;
} & (
  | { effect: 'read'; of?: readonly SourceKind[]; run(input: Input, world: ToolWorld): Promise<ToolResult> }
  | {
      effect: 'write';
      approval: { title(input: Input): string };
      run(input: Input, world: ToolWorld): Promise<Proposal>;
    }
  /** Ends in a stored finding rather than in evidence; only `report_finding` is one. */
  | { effect: 'report' }
  /** Keeps what the investigator thinks with the incident, and is no evidence of anything; only `note_hypotheses` is one. */
  | { effect: 'note' }
);

export function defineTool<Input>(tool: Tool<Input>): Tool<Input> {
  return tool;
}
