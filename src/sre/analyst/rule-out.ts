/** Which changes were not it, most tempting first; those that tempt nobody share one line. Nothing without evidence. */
import type { Finding } from '../finding.ts';
import { timeFit } from '../stats/attribute.ts';
import { caseTerms } from './claims.ts';
import { clock, when } from './clock.ts';
import { turningPoint } from './follow-up.ts';
import type { Judgement } from './judgement.ts';
import { theMove } from './naming.ts';
import { changedLines, hits } from './read-diff.ts';
import { type Against, reasonAgainst } from './reasons.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import type { Signal } from './signals.ts';

export type RuledOut = Finding['ruled_out'][number];
const MINUTE = 60_000;
const TEMPTING = 0.22;
const MOST_ALONE = 9;
const MOST_NAMED = 8;

interface Weighed {
  change: Change;
  temptation: number;
  against: Against;
  source: string;
}

export function ruledOutChanges(
  scene: Scene,
  judgement: Judgement,
  blamed: string | null,
  fine: readonly Signal[] = [],
): RuledOut[] {
  const turn = turningPoint(scene, judgement);
  const terms = caseTerms(scene, judgement);
  const told = { fine, blamed: scene.changes.find(({ id }) => id === blamed) ?? null };
  const weighed = scene.changes
    .filter((change) => change.id !== blamed && Date.parse(change.time) <= scene.now)
    .flatMap((change): Weighed[] => {
      const source = sourceOf(scene, change);
      const against = reasonAgainst(scene, judgement, change, turn, told);
      return source === undefined || against === null
        ? []
        : [{ change, temptation: temptation(scene, change, turn, terms), against, source }];
    })
    .sort((a, b) => b.temptation - a.temptation || a.change.id.localeCompare(b.change.id));
  const alone = weighed.filter(({ temptation }) => temptation > TEMPTING).slice(0, MOST_ALONE);
  const rest = weighed.filter((one) => !alone.includes(one));
  return [...alone.map((one) => single(scene, one)), ...together(scene, judgement, rest)];
}

/** What a hasty reader blames: near the alert, near the onset, of the same service, about the same thing, or large. */
function temptation(scene: Scene, change: Change, turn: number, terms: ReadonlySet<string>): number {
  const time = Date.parse(change.time);
  const recent = scene.now - time < 48 * 60 * MINUTE;
  const nearAlert = timeFit(scene.alertAt - time, 10 * MINUTE);
  const nearTurn = timeFit(turn - time, 10 * MINUTE);
  const own = change.service === scene.service && recent ? 0.6 : 0;
  const known = change.service !== null && scene.down.has(change.service) && recent ? 0.25 : 0;
  const diff = scene.diffs.get(change.id) ?? '';
  const topical = recent && hits([change.title, diff], terms).length > 0 ? 0.3 : 0;
  const { added, removed } = changedLines(diff);
  const loud = Math.min(0.2, (added.length + removed.length) / 200);
  return own + known + topical + loud + nearAlert + nearTurn;
}

function sourceOf(scene: Scene, change: Change): string | undefined {
  const recent = scene.now - Date.parse(change.time) <= 48 * 60 * MINUTE;
  return (recent ? scene.cited.changes : scene.cited.older) ?? scene.cited.older ?? scene.cited.diffs.get(change.id);
}

function single(scene: Scene, { change, against, source }: Weighed): RuledOut {
  return {
    hypothesis: nameOf(change),
    change_id: change.id,
    why: `Took effect ${when(change.time, scene)}${against.why}`,
    evidence: [...new Set([source, ...against.evidence])],
  };
}

/** As a hypothesis: that it was this change. */
export function nameOf({ id, title, kind, service }: Change): string {
  const of = service === null || title.includes(service) ? '' : ` of ${service}`;
  return `${id} ("${title}", ${kind}${of})`.slice(0, 480);
}

/** One line for all that tempt nobody: those that could not have reached the service, then those at the wrong time. */
function together(scene: Scene, judgement: Judgement, rest: readonly Weighed[]): RuledOut[] {
  const [first] = rest;
  if (first === undefined) return [];
  if (rest.length === 1) return [single(scene, first)];
  const sign = judgement.lead ?? judgement.symptom;
  const began = sign?.fact.change == null ? '' : ` (${theMove(sign)} began at ${clock(sign.fact.change.at, scene)})`;
  const named = (title: string, kinds: readonly Against['kind'][]): string[] => {
    const same = rest.filter(({ against }) => kinds.includes(against.kind)).map(({ change }) => change.id);
    const more = same.length > MOST_NAMED ? ' and more' : '';
    return same.length === 0 ? [] : [`${title}: ${same.slice(0, MOST_NAMED).join(', ')}${more}.`];
  };
  const parts = [
    ...named(`Not of ${scene.service ?? 'the service'} or what it depends on`, ['elsewhere', 'caller']),
    ...named(`Long over when it began${began}`, ['too_early']),
    ...named(`Only after it had begun${began}`, ['too_late']),
    ...named('Nothing there moved', ['unfelt', 'calm', 'control']),
  ];
  const evidence = [...new Set(rest.flatMap(({ source, against }) => [source, ...against.evidence]))];
  const span = scene.cited.older === null ? '48 h' : '14 days';
  return [
    {
      hypothesis: `${rest.length} other changes in ${span}`,
      change_id: null,
      why: parts.join(' '),
      evidence: evidence.slice(0, 8),
    },
  ];
}
