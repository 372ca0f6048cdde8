/** Questions and answers so far → the scene. Run again after every step, from the beginning. */
import type { Brief } from '../brief.ts';
import type { Calls } from '../stats/graph-walk.ts';
import { type Known, RECENT } from './known.ts';
import { isStuck } from './movement.ts';
import { introduced } from './naming.ts';
import { nodeNamed } from './node-names.ts';
import { pastIn } from './past.ts';
import { type Scene, sceneOf } from './scene.ts';
import { withSeenCalls } from './seen-calls.ts';
import {
  type Change,
  changes,
  diff,
  graph,
  lines,
  looks,
  metricInfos,
  patterns,
  reaches,
  tracesCompared,
} from './shapes.ts';
import { type Signal, signalsOf } from './signals.ts';
import { explainedByTraffic } from './traffic.ts';
import type { Call, Result } from './transcript.ts';

export function gather(brief: Brief, known: Known): Scene {
  const calls = withSeenCalls(callsIn(known), known);
  const infos = first(known, 'list_metrics', (data) => metricInfos.safeParse(data).data?.metrics) ?? [];
  const scene = sceneOf(brief, calls, infos);
  scene.signals = latest(known.flatMap(({ call, result }) => signalsOf(call, result, calls)));
  readChanges(scene, known);
  scene.past = pastIn(brief, known);
  for (const { call, result } of known) {
    if (!result.ok || result.evidence === null) continue;
    const { evidence } = result;
    if (call.name === 'search_traces') scene.traced = tracedIn(result.data, evidence) ?? scene.traced;
    if (call.name !== 'search_logs') continue;
    scene.lines.push(...(lines.safeParse(result.data).data?.lines ?? []).map((line) => ({ evidence, line })));
    scene.patterns.push(
      ...(patterns.safeParse(result.data).data?.patterns ?? []).map((pattern) => ({ evidence, pattern })),
    );
  }
  scene.missing = [...missingIn(known), ...endedSources(known), ...blindIn(scene)].slice(0, 20);
  return { ...scene, explained: explainedByTraffic(scene) };
}

/** Instruments that say the last thing they saw, or nothing any more: what they measure could not be looked at. */
function blindIn(scene: Scene): string[] {
  const whole = scene.signals.filter(({ copy }) => !copy);
  const stuck = whole
    .filter(({ fact }) => isStuck(fact))
    .map((one) => `${introduced(one)} shows the same value since ${one.fact.stuck_since}, though it used to move`);
  // Of errors many sources hold no samples while there are none.
  const ended = whole
    .filter(({ fact, role, service }) => fact.stale && role !== 'errors' && service !== null && scene.down.has(service))
    .map((one) => `${introduced(one)} has no samples since ${one.fact.last_sample_at ?? 'before this window'}`);
  return [...stuck.slice(0, 6), ...ended.slice(0, 4)].map((words) => `get_metrics: ${words}`.slice(0, 280));
}

/** Logs and traces that used to go on all the time and end before the window does: nothing since then is no quiet. */
function endedSources(known: Known): string[] {
  const words = answered(known).flatMap(({ call, data }) => {
    const read = reaches.safeParse(data).data;
    const reach = read?.log ?? read?.store;
    if (reach === undefined) return [];
    const { late = [], is, of, newest } = reach;
    const nothing = `${call.name}: no ${read?.log === undefined ? 'trace' : 'line'} of`;
    const since = (whose: string, time: string) =>
      `${nothing} ${whose} is newer than ${time}, though there were some all the time before`;
    const whole = of === 'service' ? String(call.input.service) : 'any service';
    return [
      ...(is === 'behind' && newest !== null ? [since(whole, newest)] : []),
      ...late.map((one) => since(one.source, one.newest)),
    ];
  });
  return [...new Set(words)].slice(0, 4);
}

/** Fewer traces than this on either side say little: they are a sample. */
const LEAST_TRACES = 5;

function tracedIn(data: unknown, evidence: string): Scene['traced'] {
  const compared = tracesCompared.safeParse(data).data;
  if (compared === undefined) return null;
  const { traces_read: read, operations } = compared;
  return Math.min(read.before, read.after) < LEAST_TRACES ? null : { evidence, operations };
}

function callsIn(known: Known): Calls {
  const services = first(known, 'get_service_graph', (data) => graph.safeParse(data).data?.services) ?? [];
  return new Map(services.map((node) => [node.name, node.depends_on]));
}

function readChanges(scene: Scene, known: Known): void {
  const byId = new Map<string, Change>();
  for (const { call, data, evidence } of answered(known)) {
    if (call.name === 'get_service_graph') scene.cited.graph = evidence;
    if (call.name !== 'get_recent_changes') continue;
    for (const one of changes.safeParse(data).data?.changes ?? []) byId.set(one.id, one);
    if (call.input.start === RECENT) scene.cited.changes = evidence;
    else scene.cited.older = evidence;
  }
  // A change names its repository or deployment, the graph the service.
  scene.changes = [...byId.values()].map((one) => ({ ...one, service: nodeOf(one.service, scene.calls) }));
  const read = answered(known).flatMap(({ call, data, evidence }) => {
    const parsed = call.name === 'get_diff' ? diff.safeParse(data).data : undefined;
    return parsed === undefined ? [] : [{ id: parsed.change.id, text: parsed.diff, evidence }];
  });
  scene.diffs = new Map(read.map(({ id, text }) => [id, text]));
  scene.cited.diffs = new Map(read.map(({ id, evidence }) => [id, evidence]));
}

function nodeOf(service: string | null, calls: Calls): string | null {
  return service === null ? null : (nodeNamed(service, calls) ?? service);
}

/** Answers that became evidence. */
function answered(known: Known): { call: Call; data: unknown; evidence: string }[] {
  return known.flatMap(({ call, result }) =>
    result.ok && result.evidence !== null ? [{ call, data: result.data, evidence: result.evidence }] : [],
  );
}

/** The same series may be read again, compared or over a longer window: the longest reading of a change is kept. */
function latest(signals: readonly Signal[]): Signal[] {
  const byId = new Map<string, Signal>();
  for (const signal of signals) {
    const earlier = byId.get(signal.id);
    const better =
      earlier?.fact.change?.began_before_window === true ||
      signal.fact.compared !== null ||
      (earlier?.fact.change === null && signal.fact.change !== null);
    if (earlier === undefined || better) byId.set(signal.id, signal);
  }
  return [...byId.values()];
}

function first<Out>(known: Known, name: string, read: (data: unknown) => Out | undefined): Out | undefined {
  const answer = known.find(({ call, result }) => call.name === name && result.ok)?.result;
  return answer?.ok === true ? read(answer.data) : undefined;
}

function missingIn(known: Known): string[] {
  const lost = known.filter(
    ({ call, result }) =>
      !result.ok &&
      !['report_finding', 'note_hypotheses', 'open_pull_request', 'read'].includes(call.name) &&
      !isNoLoss(call, result),
  );
  const words = lost.map(({ call, result }) => `${call.name}: ${errorOf(result)}`);
  return [...new Set([...words, ...silentSources(known)].map((line) => line.slice(0, 280)))].slice(0, 20);
}

/** Most have no traces, and a young Vigil no past; they are asked for because some have. */
const NO_LOSS = ['search_traces', 'list_alerts', 'search_incidents'];

function isNoLoss({ name }: Call, result: Result): boolean {
  return NO_LOSS.includes(name) && /not_configured|not available here/.test(errorOf(result));
}

/** Of several sources, those that could not be asked while others could. One that nobody connected is no loss. */
function silentSources(known: Known): string[] {
  return answered(known).flatMap(({ call, data }) => {
    const lost = looks.safeParse(data).data?.sources ?? [];
    return lost
      .filter(({ status, why }) => status === 'unavailable' && why !== 'not_configured')
      .map(({ source, why = '', detail = '' }) => `${call.name}: ${source} could not be asked (${why}): ${detail}`);
  });
}

function errorOf(result: Result): string {
  return result.ok ? '' : result.error;
}
