/** A recorded tool result. A claim cites these and nothing else. */
import type { EvidenceId, IncidentId } from './ids.ts';

export interface TimeRange {
  start: string;
  end: string;
}

export interface Evidence {
  id: EvidenceId;
  incident: IncidentId;
  /** The tool use this answers: recording the same one twice gives the same evidence. */
  toolUseId: string;
  tool: string;
  /** The exact input, as sent. */
  query: Record<string, unknown>;
  range: TimeRange | null;
  fetchedAt: string;
  /** SHA-256 of `content`, hex. */
  hash: string;
  /** The result as the model saw it, kept whole, because upstream retention is shorter than a postmortem. */
  content: string;
  source: string;
  url: string | null;
  truncated: boolean;
}
