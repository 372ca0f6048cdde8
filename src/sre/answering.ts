/** What every kind of answer to a tool call needs. */
import type { Grade } from './grade-finding.ts';
import type { IncidentId } from './ids.ts';
import type { Incidents } from './ports/incidents.ts';
import type { RunbookAbout } from './runbook.ts';
import type { Reply } from './session/reply.ts';
import type { Sources } from './sources.ts';
import type { Tool } from './tool.ts';

export interface Answering {
  incidents: Incidents;
  sources: Sources;
  /** By name. What a tool's `input` has accepted is what its `run` gets. */
  tools: ReadonlyMap<string, Tool<unknown>>;
  /** What is known of each runbook, by name. */
  runbooks: ReadonlyMap<string, RunbookAbout>;
  /** Real time: when things were fetched, and until when they may be approved. */
  clock: () => number;
  approvalMinutes: number;
  /** Where people read an incident; null when nobody can reach us. */
  link?: (incident: IncidentId) => string | null;
  /** Has a finding read a second time, before anybody is shown it. */
  grade: Grade;
  signal: AbortSignal;
}

export function refuse(error: string, more: Record<string, unknown> = {}): Reply {
  return { isError: true, body: { error, kind: 'bad_input', source: 'vigil', ...more } };
}
