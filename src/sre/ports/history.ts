/** What fired before and what fires now, and how earlier incidents ended. It says where to look; it shows nothing of the present. */
import type { TimeRange } from '../evidence.ts';
import type { IncidentId } from '../ids.ts';
import type { Answer } from './answer.ts';

/** One episode of one alert. Its words are a stranger's. */
export interface PastAlert {
  name: string;
  service: string | null;
  labels: Record<string, string>;
  /** The same over all episodes of one alert, as its source calls it; null where the source has no such name. */
  fingerprint: string | null;
  /** RFC 3339, UTC. */
  startedAt: string;
  /** Null while it fires, as far as its source has heard. */
  endedAt: string | null;
  /** It ended, and nobody had acted on it; null while it fires, and where the source cannot say. */
  clearedAlone: boolean | null;
}
export interface AlertQuery {
  /** Whatever fired at some moment of it. */
  range: TimeRange;
  /** Exact names; null for any. */
  service: string | null;
  name: string | null;
  /** Leaves out what has ended. */
  firing: boolean;
  limit: number;
}
export interface AlertHistory {
  /** By start, newest first. */
  list(query: AlertQuery, signal: AbortSignal): Promise<Answer<PastAlert[]>>;
}

/** An incident that was looked into before. Its words are a stranger's, and its cause is what somebody thought then. */
export interface PastIncident {
  id: string;
  startedAt: string;
  /** When it was closed; null when nobody has closed it. */
  endedAt: string | null;
  service: string | null;
  /** Name of the alert it began with. */
  alert: string;
  title: string;
  /** In one line; null when none was found. */
  cause: { service: string | null; kind: string; line: string } | null;
  done: string | null;
  outcome: string;
  /** The person who stands for the cause; null when only an investigation named it. */
  confirmedBy: string | null;
}
export interface IncidentQuery {
  /** Of its start. */
  range: TimeRange;
  /** The incident that asks: it is no history of its own. */
  except: IncidentId;
  limit: number;
}
export interface IncidentHistory {
  /** Newest first; of those whose investigation came to an end. */
  list(query: IncidentQuery, signal: AbortSignal): Promise<Answer<PastIncident[]>>;
}
