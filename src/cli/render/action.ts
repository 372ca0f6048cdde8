/** An action as the server stored it: what a person approves is this record and its exact diff, nobody's summary. */
import type { Paint } from '../terminal.ts';
import type { Action } from '../wire.ts';
import { clean, hanging, oneLine, utc, wrap } from './wrap.ts';

export function renderAction(action: Action, paint: Paint, columns: number): string[] {
  const { plan } = action;
  const width = Math.min(columns, 100) - 2;
  const row = (label: string, text: string) => hanging(paint('dim', label.padEnd(11)), text, width, 11);
  const lines = [
    `${paint(['bold', 'yellow'], 'PROPOSED')}  ${paint('bold', oneLine(plan.title))}`,
    '',
    ...row('Change', `${plan.repository}: ${plan.branch} → ${plan.base} at ${plan.baseSha.slice(0, 10)}`),
    ...row('Risk', action.risk),
    ...row('Undo', action.rollback),
    ...row('Evidence', action.evidence.join(' ')),
    ...(action.runbook === null ? [] : row('Runbook', action.runbook)),
    ...row('Expires', utc(action.expiresAt)),
    ...row('Digest', `${action.digest.slice(0, 16)}…  (what is approved is exactly this)`),
  ];
  return [...lines.map((line) => (line === '' ? '' : `  ${line}`)), '', ...renderDiff(plan.diff, paint)];
}

/** The reason and the evidence links that the pull request will carry. */
export function renderDetails(action: Action, columns: number): string[] {
  return [
    ...wrap(action.plan.body, Math.min(columns, 100) - 4).map((line) => `    ${line}`),
    '',
    `    digest ${action.digest}`,
  ];
}

export function renderDiff(diff: string, paint: Paint): string[] {
  return diff
    .trimEnd()
    .split('\n')
    .map((raw) => {
      const line = `    ${clean(raw)}`;
      if (/^(\+\+\+|---|diff |index )/.test(raw)) return paint('dim', line);
      if (raw.startsWith('@@')) return paint('cyan', line);
      if (raw.startsWith('+')) return paint('green', line);
      if (raw.startsWith('-')) return paint('red', line);
      return line;
    });
}

/** What became of an action, in one sentence. */
export function renderOutcome(action: Action): string {
  const { state } = action;
  const who = oneLine(state.by?.name ?? 'someone');
  switch (state.is) {
    case 'proposed':
      return `waits for a decision until ${utc(action.expiresAt)}`;
    case 'done':
      return `approved by ${who}; pull request ${number(state.number)}on branch ${oneLine(state.branch ?? action.plan.branch)}${webUrl(state.url)}`;
    case 'rejected':
      return `rejected by ${who}${state.reason ? `: ${oneLine(state.reason)}` : ''}`;
    case 'failed':
    case 'void':
      return `${state.is}: ${oneLine(state.why ?? 'no reason given')}`;
    default:
      return state.is;
  }
}

function number(given: number | null | undefined): string {
  return given === null || given === undefined ? '' : `${given} `;
}

/** A branch in a folder of this machine is named by its folder elsewhere. */
function webUrl(url: string | undefined): string {
  return url?.startsWith('http') ? ` (${oneLine(url)})` : '';
}
