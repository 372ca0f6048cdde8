/** The end of a demo: what was done, where it is, and how to look at it. */
import { fileURLToPath } from 'node:url';
import type { Paint } from '../terminal.ts';
import type { Action, IncidentDetail } from '../wire.ts';
import { renderOutcome } from './action.ts';
import { oneLine } from './wrap.ts';

export function renderModel(model: string | null): string {
  if (model === null) return 'no model answered';
  if (model !== 'vigil-analyst') return `model ${oneLine(model)}`;
  return 'vigil-analyst: statistics and rules, no language model; set ANTHROPIC_API_KEY to use Claude';
}

export function renderEnd({ incident, actions }: IncidentDetail, paint: Paint): string[] {
  const action = actions.at(-1);
  const state =
    incident.state.why === undefined ? incident.state.is : `${incident.state.is}: ${oneLine(incident.state.why)}`;
  if (action === undefined) return [`  No change was proposed. The incident is ${state}.`];
  const sign = action.state.is === 'done' ? paint('green', '✓') : paint('yellow', '•');
  const lines = [
    `  ${sign} ${paint('bold', oneLine(action.plan.title))}`,
    `    ${renderOutcome(action)}`,
    `    the incident is ${state}${WATCHED[incident.state.is] ?? ''}`,
  ];
  return [...lines, ...inspect(action).map((line) => paint('dim', `    ${line}`))];
}

const WATCHED: Record<string, string> = {
  monitoring: ': a running server watches the signal that alerted until it is back at its baseline',
};

/** Commands that show the branch, for a pull request in a repository on this machine. */
function inspect({ state, plan }: Action): string[] {
  if (state.is !== 'done' || state.url === undefined || !state.url.startsWith('file:')) return [];
  const repository = fileURLToPath(state.url.replace(/[#?].*$/, ''));
  const branch = state.branch ?? plan.branch;
  return [`look at it: git -C ${repository} show ${branch}`];
}
