/**
 * The investigation as an engineer would do it, one step after the other. Each `yield` asks tools and gets their
 * answers; the plan itself remembers nothing and decides nothing that the answers do not say.
 */
import type { Brief } from '../brief.ts';
import type { UsedRunbook } from '../finding.ts';
import { ask, type Equipment } from './ask.ts';
import { askChange } from './ask-change.ts';
import { alertText } from './brief-words.ts';
import { clock } from './clock.ts';
import { controls, diffsToRead, logQuestions, traceQuestions, turningPoint } from './follow-up.ts';
import { gather } from './gather.ts';
import { opened } from './hypotheses.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judgement.ts';
import { type Known, LONG, RECENT } from './known.ts';
import { nodeNamed } from './node-names.ts';
import { historyQuestions } from './past.ts';
import { pathServices } from './path-services.ts';
import { chooseMetrics, overview } from './questions.ts';
import type { Plan } from './replay.ts';
import { report } from './report.ts';
import { contradictions } from './runbook-signs.ts';
import { matchingSkills } from './runbooks.ts';
import type { Scene } from './scene.ts';
import { callQuestions } from './seen-calls.ts';
import type { Signal } from './signals.ts';
import { closingWords, onsetWords } from './words.ts';
import { writeFinding } from './write-finding.ts';

const WINDOW = { start: '-6h' };
/** Metrics that are read over 14 days. */
const MOST_SLOW = 16;

export function* investigate(brief: Brief, equipment: Equipment): Plan {
  const known: Known = [];
  yield* ask(known, equipment, {
    say: 'Listing what is measured, who depends on whom, and the changes of two days.',
    calls: [
      { name: 'list_metrics', input: {} },
      { name: 'get_service_graph', input: {} },
      { name: 'get_recent_changes', input: { start: RECENT, limit: 200 } },
    ],
  });
  let scene = gather(brief, known);
  yield* ask(known, equipment, {
    say: 'Reading off the instruments of those who call whom else they call.',
    calls: callQuestions(scene.infos, scene.calls, WINDOW),
  });
  scene = gather(brief, known);
  const services = pathServices(scene);
  const chosen = chooseMetrics(scene.infos, services);
  yield* ask(known, equipment, {
    say: `Reading six hours of ${chosen.length} metrics of ${scene.service ?? 'all services'} and its neighbours: what moved first?`,
    calls: chosen.flatMap((info) => overview(info, services, WINDOW)),
  });
  scene = gather(brief, known);
  let judgement = judge(scene);
  if (reachesBack(scene)) {
    yield* ask(known, equipment, {
      say: 'Something was already moving six hours ago. Widening to two days.',
      calls: longer(scene).flatMap((info) => overview(info, services, { start: '-2d' })),
    });
    scene = gather(brief, known);
    judgement = judge(scene);
  }
  if (judgement.onset === null && !scene.probe && scene.service !== null) {
    yield* ask(known, equipment, {
      say: 'Nothing moved in six hours. Reading 14 days: what creeps shows only there.',
      calls: own(scene).flatMap((info) => overview(info, new Set([scene.service ?? '']), { start: LONG })),
    });
    scene = gather(brief, known);
    judgement = judge(scene);
  }
  yield* ask(known, equipment, {
    say: onsetWords(scene, judgement),
    calls: [
      ...controls(scene, judgement, WINDOW),
      ...logQuestions(scene, judgement),
      ...traceQuestions(scene, judgement),
      ...historyQuestions(brief, scene.service),
    ],
  });
  scene = gather(brief, known);
  judgement = judge(scene);
  // An alert names what hurts; what moved first says which runbook is about it.
  const runbooks = matchingSkills(equipment.system, `${alertText(brief)} ${judgement.lead?.metric ?? ''}`);
  yield* ask(known, equipment, {
    say: `Reading the diffs near ${clock(turningPoint(scene, judgement), scene)} and near the alert, before anything is blamed.`,
    calls: [
      ...diffsToRead(scene, judgement),
      ...runbooks.map(({ path }) => ({ name: 'read', input: { file_path: path } })),
      ...opened(scene, judgement),
    ],
  });
  scene = gather(brief, known);
  judgement = judge(scene);
  if (judgement.ranking[0]?.id === null && judgement.onset !== null && !scene.probe) {
    yield* ask(known, equipment, {
      say: 'No change of two days fits. Widening to 14 days before saying that none does.',
      calls: [{ name: 'get_recent_changes', input: { start: LONG, limit: 200 } }],
    });
    scene = gather(brief, known);
    yield* ask(known, equipment, {
      say: 'Reading the older diffs that could fit.',
      calls: diffsToRead(scene, judge(scene)),
    });
    scene = gather(brief, known);
    judgement = judge(scene);
  }
  const read = readRunbooks(known, runbooks).map(({ slug, text }) => ({
    name: slug,
    contradicted: contradictions(text, scene, judgement),
  }));
  return yield* conclude(brief, equipment, known, scene, judgement, read);
}

function* conclude(
  brief: Brief,
  equipment: Equipment,
  known: Known,
  scene: Scene,
  judgement: Judgement,
  runbooks: UsedRunbook[],
): Plan {
  const reported = yield* report(scene, writeFinding(scene, judgement, runbooks), known, equipment);
  if (!reported.accepted) return `My report was not accepted, and I cannot support it better: ${reported.why}`;
  const { finding } = reported;
  // One that the telemetry contradicts is about something else.
  const runbook = runbooks.find(({ contradicted }) => contradicted.length === 0)?.name ?? null;
  const proposal = askChange(brief, scene, finding, runbook);
  if (proposal === null || !equipment.tools.has(proposal.name)) return closingWords(finding, null);
  const [decided] = yield* ask(known, equipment, {
    say: `Proposing to revert ${finding.cause?.change_id ?? 'it'}, the smallest reversible step. A person decides.`,
    calls: [proposal],
  });
  return closingWords(finding, decided ?? null);
}

function reachesBack(scene: Scene): boolean {
  return longer(scene).length > 0;
}

/** Metrics of the alert's own path that were moving before the window began. */
function longer(scene: Scene) {
  const names = new Set(
    scene.signals
      .filter((signal) => signal.fact.change?.began_before_window === true && signal.fact.change.confidence >= 0.35)
      .filter(
        (signal) =>
          signal.service === scene.service && ['saturation', 'memory', 'latency', 'errors'].includes(signal.role),
      )
      .map((signal) => signal.metric),
  );
  const spent = scene.signals.filter((signal) => (scene.down.get(signal.service ?? '') ?? 9) <= 1 && isSpent(signal));
  for (const { metric } of spent) names.add(metric);
  return scene.infos.filter((info) => names.has(info.name)).slice(0, 8);
}

/** What is left of it went down through the whole window: a straight line has no bend in six hours, and began before. */
function isSpent({ role, copy, fact }: Signal): boolean {
  const values = fact.points.map(([, value]) => value);
  const [first, last] = [values[0] ?? 0, values.at(-1) ?? 0];
  const sinks = values.every((value, at) => value <= (values[at - 1] ?? value));
  return role === 'saturation' && !copy && values.length >= 6 && sinks && last < 0.7 * first;
}

/** Metrics of the alert's own service. */
function own(scene: Scene) {
  const service = scene.service ?? '';
  const nodes = new Set([service]);
  return chooseMetrics(scene.infos, nodes)
    .filter((info) =>
      Object.values(info.labels).some((values) => values.some((value) => nodeNamed(value, nodes) !== null)),
    )
    .slice(0, MOST_SLOW);
}

function readRunbooks(known: Known, skills: { slug: string; path: string }[]): { slug: string; text: string }[] {
  return skills.flatMap(({ slug, path }) => {
    const read = known.find(({ call, result }) => call.input.file_path === path && result.ok);
    return read === undefined ? [] : [{ slug, text: read.result.text }];
  });
}
