/** Everything known at one moment of an investigation, gathered from the answers so far. */
import type { Brief } from '../brief.ts';
import { type Calls, reach, reverse } from '../stats/graph-walk.ts';
import { alertService, alertStart, alertText, speaksOfProbe } from './brief-words.ts';
import type { Past } from './past.ts';
import type { Change, ComparedOperation, Line, MetricInfo, Pattern } from './shapes.ts';
import type { Signal } from './signals.ts';

export interface Scene {
  now: number;
  alertAt: number;
  alertText: string;
  service: string | null;
  /** A machine playing a user raised the alert. */
  probe: boolean;
  calls: Calls;
  down: ReadonlyMap<string, number>;
  up: ReadonlyMap<string, number>;
  infos: MetricInfo[];
  signals: Signal[];
  /** Signals that the traffic alone explains. */
  explained: ReadonlySet<string>;
  changes: Change[];
  /** Diff text by change id; null for a change without one. */
  diffs: ReadonlyMap<string, string | null>;
  patterns: { evidence: string; pattern: Pattern }[];
  lines: { evidence: string; line: Line }[];
  /** Operations of traces before and after the onset; null without enough of them. */
  traced: { evidence: string; operations: ComparedOperation[] } | null;
  past: Past;
  /** Evidence of whole answers, by what they answered. */
  cited: { graph: string | null; changes: string | null; older: string | null; diffs: ReadonlyMap<string, string> };
  /** What could not be read, in words. */
  missing: string[];
  freshLines(service: string | null): Pattern[];
}

/** The scene once the graph and the metrics' names are known. */
export function sceneOf(brief: Brief, calls: Calls, infos: MetricInfo[]): Scene {
  const service = alertService(brief, calls);
  return {
    now: Date.parse(brief.now),
    alertAt: alertStart(brief),
    alertText: alertText(brief),
    service,
    probe: speaksOfProbe(brief),
    calls,
    down: service === null ? new Map() : reach(service, calls),
    up: service === null ? new Map() : reach(service, reverse(calls)),
    infos,
    signals: [],
    explained: new Set(),
    changes: [],
    diffs: new Map(),
    patterns: [],
    lines: [],
    traced: null,
    past: { own: null, alsoFiring: [], causes: [] },
    cited: { graph: null, changes: null, older: null, diffs: new Map() },
    missing: [],
    freshLines(owner) {
      return this.patterns
        .map(({ pattern }) => pattern)
        .filter((pattern) => pattern.status === 'new' && (owner === null || pattern.service === owner));
    },
  };
}
