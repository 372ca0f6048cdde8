/** What the record holds beside the finding, as parts of a postmortem. Pure. */
import type { CaseRecord } from '../case-record.ts';
import { besideFinding } from '../hypothesis.ts';
import type { Incident, TimelineEntry } from '../incident.ts';
import { reviewWords } from '../review.ts';
import { after, code, linked, list, plain, time } from './markdown.ts';

export function facts({ incident, actions, timeline }: CaseRecord): string {
  const began = incident.finding?.onset ?? null;
  const alerted = incident.alerts.map(({ startsAt }) => startsAt).sort()[0] ?? incident.openedAt;
  const found = timeline.find(({ kind }) => kind === 'finding')?.at ?? null;
  const acted = actions.flatMap(({ state }) => (state.is === 'done' ? [state.at] : []))[0] ?? null;
  const back = 'back' in incident.state ? (incident.state.back ?? null) : null;
  const rows: [string, string][] = [
    ['Incident', incident.id],
    ['Service', plain(incident.service ?? 'not known')],
    ['Severity', incident.severity],
    ['State', incident.state.is],
    ['Began', began === null ? '_not found in the telemetry_' : time(began)],
    ['Alerted', `${time(alerted)}${after(began, alerted)}`],
    ['Finding', found === null ? '_none_' : `${time(found)}${after(alerted, found)}`],
    ['Change proposed and made', acted === null ? 'none' : `${time(acted)}${after(alerted, acted)}`],
    ['Back at baseline', back === null ? '_not seen_' : `${time(back)}${after(began ?? alerted, back)}`],
    ['Investigated by', plain(incident.model ?? 'nobody')],
    ...secondReading(incident),
  ];
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}

function secondReading({ review }: Incident): [string, string][] {
  const words = review == null ? '' : reviewWords(review);
  return words === '' ? [] : [['Second reading', plain(words)]];
}

export function done({ actions }: CaseRecord): string {
  return list(
    actions.map(({ plan, state, digest }) => {
      const by = 'by' in state ? ` by ${state.by.name}` : '';
      const where = state.is === 'done' ? `, ${state.url}` : '';
      const why =
        'why' in state ? `: ${state.why}` : 'reason' in state && state.reason !== '' ? `: ${state.reason}` : '';
      return `${plan.title}: ${state.is}${by}${where}${why} (approved digest ${digest.slice(0, 12)}…)`;
    }),
    'No change was proposed.',
  );
}

export function followUps({ incident }: CaseRecord): string {
  const proposed = incident.finding?.proposed_actions ?? [];
  const rows = proposed.map(({ title, why }) => `| ${plain(title)} | ${plain(why)} | _owner_ | _date_ |`);
  return ['| what | why | owner | due |', '|---|---|---|---|', ...rows, '| _…_ | | | |'].join('\n');
}

const MAX_TEXT = 500;

/** Tool calls are in the evidence; the story is what changed somebody's mind. */
export function timelineTable(timeline: readonly TimelineEntry[]): string {
  const rows = timeline
    .filter(({ kind }) => kind !== 'observe')
    .map(({ at, actor, kind, text }) => `| ${time(at)} | ${actor} | ${kind} | ${plain(text.slice(0, MAX_TEXT))} |`);
  return ['| time | who | what | |', '|---|---|---|---|', ...rows].join('\n');
}

export function evidenceTable({ incident, evidence }: CaseRecord): string {
  const cited = new Set(
    [...(incident.finding?.claims ?? []), ...(incident.finding?.ruled_out ?? [])].flatMap((claim) => claim.evidence),
  );
  for (const { state } of besideFinding(incident.hypotheses ?? [], incident.finding))
    for (const id of state.is === 'open' ? [] : state.evidence) cited.add(id);
  const rows = evidence
    .filter(({ id }) => cited.has(id))
    .map(
      ({ id, tool, source, url, query, fetchedAt, hash, truncated }) =>
        `| ${id} | ${tool} ${code(JSON.stringify(query))} | ${linked(plain(source), url)}${truncated ? ' (cut)' : ''} | ${time(fetchedAt)} | ${hash.slice(0, 12)}… |`,
    );
  if (rows.length === 0) return 'No evidence was cited.';
  const note = `${evidence.length} tool results are on record; those that were cited:`;
  return [note, '', '| id | asked | source | when | SHA-256 |', '|---|---|---|---|---|', ...rows].join('\n');
}
