/** What needs no change to go wrong, and did not: traffic, dependencies, processors, too small a limit. */
import { amount } from './amounts.ts';
import type { Judgement } from './judgement.ts';
import { flat, isFlat } from './movement.ts';
import { plainName, sharedWords, subject } from './naming.ts';
import type { RuledOut } from './rule-out.ts';
import type { Scene } from './scene.ts';
import { fillsUp, type Signal } from './signals.ts';
import type { Role } from './vocabulary.ts';

export function ruledOutCircumstances(scene: Scene, judgement: Judgement): RuledOut[] {
  const { service } = scene;
  if (service === null) return [];
  const guilty = new Set([judgement.lead?.metric, judgement.symptom?.metric]);
  const calm = (signals: readonly Signal[]): Signal[] =>
    signals.filter((signal) => isFlat(signal) && !guilty.has(signal.metric) && !signal.copy);
  const of = (role: Role, owner: string): Signal[] =>
    scene.signals.filter((signal) => signal.role === role && signal.service === owner && !signal.copy);
  const out = [
    ...said(scene, `More traffic to ${service}`, calm(of('traffic', service)).slice(0, 1)),
    ...moreRoom(scene, judgement),
  ];
  for (const [dependency, distance] of scene.down) {
    if (distance !== 1) continue;
    const asSeen = scene.signals.filter(
      (one) => one.service === service && mentions(one, dependency) && ['latency', 'errors'].includes(one.role),
    );
    const all = [...of('latency', dependency), ...of('errors', dependency), ...asSeen].filter((one) => !one.copy);
    const still = calm(all);
    if (still.length === all.length || still.length >= 2)
      out.push(...said(scene, `${dependency} slow or failing`, still.slice(0, 3)));
  }
  return [...out, ...said(scene, `${service} out of CPU`, calm(of('cpu', service)).slice(0, 1))].slice(0, 12);
}

function said(scene: Scene, hypothesis: string, signals: readonly Signal[]): RuledOut[] {
  if (signals.length === 0) return [];
  const why = signals.map((signal) => flat(signal, scene)).join('; ');
  return [{ hypothesis, why: `${why}.`, evidence: [...new Set(signals.map((signal) => signal.evidence))] }];
}

/** The tempting cure that is none: a higher limit of what leaks is reached as well, later, and costs others. */
function moreRoom(scene: Scene, { lead }: Judgement): RuledOut[] {
  if (lead === null || !fillsUp(lead)) return [];
  const own = scene.signals.filter((one) => one.role === 'limit' && one.fact.last_window !== null && !one.fact.stale);
  const kin = (one: Signal): number => sharedWords(one, lead);
  const limit = own.filter((one) => one.service === lead.service && kin(one) >= 2).sort((a, b) => kin(b) - kin(a))[0];
  if (limit === undefined) return [];
  const size = (one: Signal): string => amount(one.fact.last_window?.median ?? 0, one.unit);
  const each = limit.copy ? ' for each copy' : '';
  const behind = own.find(
    (one) => one.service !== null && scene.down.get(one.service) === 1 && one.service !== lead.service && kin(one) >= 1,
  );
  const shared = behind === undefined ? '' : ` Behind it ${behind.service} allows ${size(behind)} in all.`;
  return [
    {
      hypothesis: `A limit that is too low; raising ${plainName(limit)} would not cure it`,
      why: `The limit is ${size(limit)}${each}, and ${subject(lead)} climbed and did not come down by itself: any limit fills up, only later.${shared}`,
      evidence: [...new Set([lead.evidence, limit.evidence, ...(behind === undefined ? [] : [behind.evidence])])],
    },
  ];
}

function mentions(signal: Signal, dependency: string): boolean {
  const words = dependency.toLowerCase().split(/[^a-z0-9]+/);
  return words.some((word) => word.length > 2 && signal.metric.toLowerCase().split('_').includes(word));
}
