/** The incident card, edited in place: at most twelve blocks, whatever the incident holds. Pure. */
import { assertNever } from '../../lib/assert-never.ts';
import type { Action } from '../../sre/action.ts';
import type { Finding } from '../../sre/finding.ts';
import { isOfPerson, raisedBy, standing } from '../../sre/hypothesis.ts';
import type { Incident } from '../../sre/incident.ts';
import { plantedWords } from '../../sre/planted.ts';
import type { CardView } from '../../sre/ports/chat.ts';
import { type Review, reviewWords } from '../../sre/review.ts';
import { type Block, context, header, section, titled } from './parts.ts';
import { escaped, link, moment } from './text.ts';

/** What the words mean; decided by the rules of a finding, not by tone. */
const confidence = {
  high: 'high confidence: decisive observation, mechanism and timing agree',
  medium: 'medium confidence: consistent, alternatives not excluded',
  low: 'low confidence: a lead only',
};

export function cardText(view: CardView): string {
  return escaped(`[${stateWord(view.incident)}] ${view.incident.title}`, 500);
}

export function cardBlocks(view: CardView): Block[] {
  const { incident, action } = view;
  return [
    header(`${incident.severity.toUpperCase()}  ${incident.title}  [${stateWord(incident)}]`),
    whereAndWhen(view),
    ...(incident.finding === null
      ? [section(waiting(incident))]
      : findingBlocks(incident.finding, incident.review ?? null, view.link)),
    ...hypothesesBlock(incident),
    ...plantedBlock(incident),
    ...(action === null ? [] : [section(`*Change*\n${changeLine(action)}`)]),
    footer(view),
  ];
}

/** The finding as it stands in the card and, once, in the thread. `page`: where its evidence can be read. */
export function findingBlocks(finding: Finding, review: Review | null, page: string | null): Block[] {
  const blocks = [titled("What's happening", `${finding.summary}\nBlast radius: ${finding.blast_radius}`)];
  const cause = finding.cause;
  if (cause === null) {
    blocks.push(section(`*Cause*\n${outcomeWords(finding.outcome)}`));
  } else {
    const who = [cause.service, cause.change_id, cause.kind].filter((part) => part !== null).join(', ');
    const cited = Array.from(new Set(finding.claims.flatMap((claim) => claim.evidence))).slice(0, 8);
    blocks.push(
      titled(
        `Most likely cause (${confidence[finding.confidence]})`,
        `${who}: ${cause.mechanism}`,
        cited
          .map((id) => (page === null ? ` [${escaped(id, 20)}]` : ` [${link(`${page}/evidence/${id}`, id)}]`))
          .join(''),
      ),
    );
  }
  const ruledOut = finding.ruled_out.slice(0, 6).map((one) => `• ${one.hypothesis} [${one.evidence.join('] [')}]`);
  if (ruledOut.length > 0) blocks.push(titled('Ruled out', listOf(ruledOut, finding.ruled_out.length)));
  const next = finding.proposed_actions
    .slice(0, 4)
    .map((one, i) => `${i + 1}. ${one.title}${one.temporary ? ' (temporary)' : ''}`);
  if (next.length > 0) blocks.push(titled('Next', listOf(next, finding.proposed_actions.length)));
  blocks.push(context(...runbookLines(finding), ...doubts(finding, review)));
  return blocks;
}

/** What people raised, and how it stands; the investigator's own are in the finding. */
export function hypothesesBlock({ hypotheses = [], finding }: Incident): Block[] {
  const raised = hypotheses.filter(isOfPerson);
  const lines = raised.slice(-MOST_RAISED).map((one) => {
    const cited = one.state.is === 'open' ? '' : ` [${one.state.evidence.slice(0, 4).join('] [')}]`;
    return `• ${one.id}${raisedBy(one)}: ${shortened(one.statement)}: ${standing(one, finding !== null)}${cited}`;
  });
  return lines.length === 0 ? [] : [titled('Raised by people', listOf(lines, raised.length))];
}
const MOST_RAISED = 4;

function plantedBlock({ planted = [] }: Incident): Block[] {
  const lines = planted.slice(0, 3).map((one) => `\u2022 ${plantedWords(one)}`);
  return lines.length === 0 ? [] : [titled('Text that tries to steer its reader', listOf(lines, planted.length))];
}

function shortened(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}

/** Written before the incident: how long before, by what, and where the telemetry says otherwise. */
function runbookLines({ runbooks = [] }: Finding): string[] {
  return runbooks.slice(0, 2).map(({ name, age, sources, contradicted }) => {
    const about = [age, sources].filter(Boolean).join('; ');
    const against = contradicted.map(
      ({ says, seen, evidence }) => `says that ${says}, but: ${seen} [${evidence.join('] [')}]`,
    );
    return escaped([`Runbook ${name} (${about})`, ...against].join('. '), 900);
  });
}

function doubts(finding: Finding, review: Review | null): string[] {
  const missing = finding.could_not_access.join(', ');
  return [
    `Would change this: ${escaped(finding.would_change_my_mind || 'not said', 900)}`,
    missing === '' ? '' : `Could not be read: ${escaped(missing, 900)}`,
    'Written by the agent, checked against the evidence it cites.',
    review === null ? '' : escaped(reviewWords(review), 600),
  ];
}

function listOf(shown: string[], all: number): string {
  return all > shown.length ? `${shown.join('\n')}\n… and ${all - shown.length} more` : shown.join('\n');
}

function whereAndWhen({ incident, link: url }: CardView): Block {
  const firing = incident.alerts.filter((alert) => alert.status === 'firing').length;
  return context(
    `Since ${moment(incident.openedAt)}`,
    incident.service === null ? '' : `Service ${escaped(incident.service, 200)}`,
    `${firing} of ${incident.alerts.length} alerts firing`,
    `${escaped(incident.source, 100)} · ${escaped(incident.id, 100)}`,
    url === null ? '' : link(url, 'Open in Vigil'),
  );
}

function footer({ incident, evidenceCount }: CardView): Block {
  const { usage, model } = incident;
  const tokens = usage.input_tokens + usage.output_tokens;
  return context(
    `${evidenceCount} pieces of evidence`,
    model === null ? '' : `Model ${escaped(model, 100)}`,
    tokens === 0 ? '' : `${tokens.toLocaleString('en')} tokens`,
    usage.list_cost_usd === null ? '' : `$${usage.list_cost_usd.toFixed(2)}`,
  );
}

export function stateWord({ state }: Incident): string {
  switch (state.is) {
    case 'open':
      return 'Open';
    case 'investigating':
      return 'Investigating';
    case 'needs_approval':
      return 'Needs approval';
    case 'acting':
      return 'Acting';
    case 'monitoring':
      return state.back === undefined ? 'Monitoring' : 'Back at baseline';
    case 'concluded':
      return 'Concluded';
    case 'resolved':
      return 'Resolved';
    case 'failed':
      return 'Failed';
    default:
      return assertNever(state);
  }
}

function waiting(incident: Incident): string {
  if (incident.state.is === 'failed') return `*Stopped*\n${escaped(incident.state.why, 2000)}`;
  return '*Looking into it.* What is learned is posted in this thread.';
}

function outcomeWords(outcome: Finding['outcome']): string {
  return outcome === 'no_impact' ? 'Users are not affected.' : `None named: the investigation ended ${outcome}.`;
}

/** One line on where a proposed change stands. */
export function changeLine(action: Action): string {
  const what = `${escaped(action.plan.title, 300)} (${escaped(action.plan.repository, 200)})`;
  const { state } = action;
  switch (state.is) {
    case 'proposed':
      return `Waiting for approval in this thread: ${what}`;
    case 'approved':
    case 'executing':
      return `Approved by ${escaped(state.by.name, 100)}, opening the pull request: ${what}`;
    case 'done':
      return `${link(state.url, `Pull request ${state.number ?? ''}`.trim())}: ${what}`;
    case 'rejected':
      return `Denied by ${escaped(state.by.name, 100)}: ${what}`;
    case 'expired':
      return `Expired without a decision: ${what}`;
    case 'void':
    case 'failed':
      return `${state.is === 'void' ? 'Withdrawn' : 'Failed'} (${escaped(state.why, 500)}): ${what}`;
    default:
      return assertNever(state);
  }
}
