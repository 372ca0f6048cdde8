/** The draft of a postmortem, from the record alone: what was seen, decided and done, with times. No model writes here. */
import type { Action } from './action.ts';
import { spell } from './analyst/amounts.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { besideFinding, raisedBy, standing } from './hypothesis.ts';
import type { Incident, TimelineEntry } from './incident.ts';
import { reviewWords } from './review.ts';

export interface CaseRecord {
  incident: Incident;
  actions: Action[];
  evidence: Omit<Evidence, 'content'>[];
  timeline: TimelineEntry[];
}

/** Markdown. What only people can know is left to them, in italics. Text from outside is escaped. */
export function postmortem(record: CaseRecord): string {
  const { incident } = record;
  const { finding } = incident;
  const parts = [
    `# Postmortem: ${plain(incident.title)}`,
    'A draft from the record of the incident. What is in _italics_ is for people to fill in or correct.',
    facts(record),
    section('Summary', finding === null ? '_No finding was reported._' : plain(finding.summary)),
    section('Impact', impact(finding)),
    section('Cause', cause(finding)),
    section('What was ruled out', ruledOut(finding)),
    ...hypotheses(incident),
    section('What was done', done(record)),
    section('Timeline (UTC)', timelineTable(record.timeline)),
    section('What could not be looked at', list(finding?.could_not_access ?? [], 'Nothing: every source answered.')),
    section('What went well', '_…_'),
    section('What went badly, and where we were lucky', '_…_'),
    section('What will be changed', followUps(record)),
    section('Evidence', evidenceTable(record)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function facts({ incident, actions, timeline }: CaseRecord): string {
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

function impact(finding: Finding | null): string {
  if (finding?.outcome === 'no_impact') return `Users were not affected. ${plain(finding.blast_radius)}`.trim();
  const radius = finding === null || finding.blast_radius === '' ? '_Not known._' : plain(finding.blast_radius);
  return `${radius}\n\n_Who was affected, how many, and for how long, in the words of a customer._`;
}

function cause(finding: Finding | null): string {
  if (finding === null) return '_Not known._';
  const claims = finding.claims.map(({ text, evidence }) => `- ${plain(text)} (${evidence.join(', ')})`);
  const named =
    finding.cause === null
      ? `No cause was named: the investigation ended ${finding.outcome}.`
      : [
          `${plain(finding.cause.mechanism)} (${plain(finding.cause.kind)}`,
          finding.cause.service === null ? '' : ` in ${plain(finding.cause.service)}`,
          finding.cause.change_id === null ? '' : `, change ${plain(finding.cause.change_id)}`,
          `; confidence ${finding.confidence})`,
        ].join('');
  const trigger = finding.trigger === null ? [] : [`Trigger: ${plain(finding.trigger)}`];
  return [
    named,
    ...trigger,
    claims.join('\n'),
    ...runbooksRead(finding),
    '_Why could this happen, and why was it not seen earlier?_',
  ].join('\n\n');
}

/** With its age, and where the telemetry contradicted it: that is a reason to mend the runbook. */
function runbooksRead({ runbooks = [] }: Finding): string[] {
  return runbooks.flatMap(({ name, age, contradicted }) => [
    `Runbook ${plain(name)} (${plain(age ?? 'age unknown')}) was read.`,
    ...contradicted.map(
      ({ says, seen, evidence }) => `It says that ${plain(says)}, but: ${plain(seen)} (${evidence.join(', ')})`,
    ),
  ]);
}

function ruledOut(finding: Finding | null): string {
  const lines = (finding?.ruled_out ?? []).map(
    ({ hypothesis, why, evidence }) => `${hypothesis}: ${why} (${evidence.join(', ')})`,
  );
  return list(lines, 'Nothing is on record.');
}

/** No section where everything that was thought of is in the finding. */
function hypotheses({ hypotheses: all = [], finding }: Incident): string[] {
  const lines = besideFinding(all, finding).map((one) => {
    const { state } = one;
    const why = state.is === 'open' ? '' : `. ${state.why} (${state.evidence.join(', ')})`;
    return `${one.id}${raisedBy(one)}: ${one.statement}: ${standing(one, finding !== null)}${why}`;
  });
  return lines.length === 0 ? [] : [section('What else was thought of', list(lines, ''))];
}

function done({ actions }: CaseRecord): string {
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

function followUps({ incident }: CaseRecord): string {
  const proposed = incident.finding?.proposed_actions ?? [];
  const rows = proposed.map(({ title, why }) => `| ${plain(title)} | ${plain(why)} | _owner_ | _date_ |`);
  return ['| what | why | owner | due |', '|---|---|---|---|', ...rows, '| _…_ | | | |'].join('\n');
}

/** Tool calls are in the evidence; the story is what changed somebody's mind. */
function timelineTable(timeline: readonly TimelineEntry[]): string {
  const rows = timeline
    .filter(({ kind }) => kind !== 'observe')
    .map(({ at, actor, kind, text }) => `| ${time(at)} | ${actor} | ${kind} | ${plain(text.slice(0, MAX_TEXT))} |`);
  return ['| time | who | what | |', '|---|---|---|---|', ...rows].join('\n');
}
const MAX_TEXT = 500;

function evidenceTable({ incident, evidence }: CaseRecord): string {
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

const LONGEST_MS = 30 * 86_400_000;

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`;
}

function list(lines: readonly string[], none: string): string {
  return lines.length === 0 ? none : lines.map((line) => `- ${plain(line)}`).join('\n');
}

function time(at: string): string {
  return at.replace('T', ' ').replace(/(\.\d+)?Z$/, '');
}

function after(from: string | null, to: string): string {
  const between = from === null ? Number.NaN : Date.parse(to) - Date.parse(from);
  // A recorded incident is investigated long after it was.
  return between > 0 && between < LONGEST_MS ? ` (${spell(between)} later)` : '';
}

/** One line, in which nothing is markup and nobody is called. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`)
    .replace(/@(?=\w)/g, '@<!-- -->')
    .trim();
}

/** To the same question where it was asked, if the source has such a page. */
function linked(words: string, url: string | null): string {
  return url !== null && /^https?:\/\/[^\s|<>()]+$/.test(url) ? `[${words}](${url})` : words;
}

function code(text: string): string {
  return `\`${text.slice(0, 300).replaceAll('`', "'").replaceAll('|', '\\|').replace(/\s+/g, ' ')}\``;
}
