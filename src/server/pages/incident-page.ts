/** One incident: what was found and why, what is to be decided, the story, the alerts and the evidence. Pure. */
import { assertNever } from '../../lib/assert-never.ts';
import type { Action } from '../../sre/action.ts';
import type { CaseRecord } from '../../sre/case-record.ts';
import type { Incident } from '../../sre/incident.ts';
import { cited, findingPart, hypothesesPart, reviewPart } from './finding-part.ts';
import { facts, type Html, html, moment, weblink } from './html.ts';
import type { Page } from './layout.ts';
import { stateMark } from './state.ts';

/** A page that is still being written is read again this often, in seconds. */
const AGAIN = 10;

export function incidentPage({ incident, actions, evidence, timeline }: CaseRecord): Page {
  const { id, title, severity, state, finding } = incident;
  const body = html`<h1>${title}</h1>
<p><span class="${severity}">${severity}</span> ${stateMark(state)} ${actions.map((action) => html`<a href="#${action.id}">${action.state.is === 'proposed' ? 'The change that waits for you' : 'The change'}</a> `)}</p>
${facts([
  ['Service', incident.service],
  ['Opened', moment(incident.openedAt)],
  ['Why', state.is === 'failed' ? state.why : null],
  ['Back at baseline', 'back' in state && state.back !== undefined ? moment(state.back) : null],
  ['Investigated by', incident.model],
  ['Cost', cost(incident)],
  ['Incident', html`<code>${id}</code>`],
])}
${finding === null ? html`<p class="dim">No finding yet.</p>` : findingPart(finding, id)}
${hypothesesPart(incident.hypotheses ?? [], finding, id)}
${plantedPart(incident)}
${incident.review == null ? null : reviewPart(incident.review)}
${actions.map(actionPart)}
<h2>Timeline</h2>
<div class="wide"><table class="stack"><thead><tr><th>Time</th><th>Who</th><th>What</th></tr></thead><tbody>
${timeline.map(({ at, actor, kind, text }) => html`<tr><td>${moment(at)}</td><td>${actor}, ${kind}</td><td>${text}</td></tr>\n`)}</tbody></table></div>
<h2>Alerts</h2>
<ul>${incident.alerts.map((alert) => html`<li>${alert.title} <span class="dim">(${alert.status}, since ${moment(alert.startsAt)})</span> ${alert.links.map(({ rel, href }) => html`${weblink(href, rel)} `)}</li>\n`)}</ul>
<h2>Evidence</h2>
${evidence.length === 0 ? html`<p>Nothing has been looked at yet.</p>` : null}
<ul>${evidence.map((piece) => html`<li><a href="/incidents/${id}/evidence/${piece.id}">${piece.id}</a> ${piece.tool} <code>${JSON.stringify(piece.query)}</code> <span class="dim">${piece.source}</span></li>\n`)}</ul>
<p><a href="/incidents/${id}/postmortem">Draft of a postmortem, as Markdown</a></p>`;
  return { title, body, again: isMoving(incident) ? AGAIN : null };
}

function plantedPart({ id, planted = [] }: Incident): Html | null {
  if (planted.length === 0) return null;
  const lines = planted.map(
    ({ text, where, evidence }) =>
      html`<li>in ${where} ${evidence === null ? null : cited([evidence], id)}: <q>${text}</q></li>\n`,
  );
  return html`<h3>Text that tries to steer its reader</h3><p class="dim">Data like the rest; it is not followed.</p><ul>${lines}</ul>`;
}

function isMoving({ state }: Incident): boolean {
  return state.is === 'open' || state.is === 'investigating' || state.is === 'acting';
}

function cost({ usage }: Incident): string | null {
  const tokens = usage.input_tokens + usage.output_tokens;
  if (tokens === 0) return null;
  const dollars = usage.list_cost_usd === null ? '' : `, $${usage.list_cost_usd.toFixed(2)}`;
  return `${tokens.toLocaleString('en')} tokens${dollars}`;
}

function actionPart(action: Action): Html {
  const { plan, digest, risk, rollback, incident } = action;
  return html`<h2 id="${action.id}">Change: ${plan.title}</h2>
<p>${standing(action)}</p>
${facts([
  ['Into', `${plan.repository}: ${plan.branch} → ${plan.base} at ${plan.baseSha.slice(0, 12)}`],
  ['Risk', risk],
  ['Undo', rollback],
  ['Evidence', cited(action.evidence, incident)],
  ['Digest', html`<code>${digest}</code>`],
])}
<pre tabindex="0">${plan.diff.trimEnd().split('\n').map(diffLine)}</pre>`;
}

function diffLine(line: string): Html {
  const kind = /^(\+\+\+|---)/.test(line) ? 'dim' : line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : null;
  return kind === null ? html`${line}\n` : html`<span class="${kind}">${line}</span>\n`;
}

function standing({ id, state, expiresAt }: Action): Html {
  switch (state.is) {
    case 'proposed':
      return html`Waits for a decision until ${moment(expiresAt)}: in Slack, or with <code>vigil approve ${id}</code>.`;
    case 'approved':
    case 'executing':
      return html`Approved by ${state.by.name}, ${moment(state.at)}; the pull request is being opened.`;
    case 'done':
      return html`Approved by ${state.by.name}: ${weblink(state.url, `pull request ${state.number ?? ''}`)} on branch ${state.branch}, ${moment(state.at)}.`;
    case 'rejected':
      return html`Rejected by ${state.by.name}, ${moment(state.at)}${state.reason === '' ? '' : `: ${state.reason}`}.`;
    case 'expired':
      return html`Expired without a decision, ${moment(state.at)}.`;
    case 'void':
      return html`Withdrawn, ${moment(state.at)}: ${state.why}`;
    case 'failed':
      return html`Approved by ${state.by.name}, but it failed, ${moment(state.at)}: ${state.why}`;
    default:
      return assertNever(state);
  }
}
