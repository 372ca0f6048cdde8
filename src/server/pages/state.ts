/** Where an incident stands, in words. Pure. */
import { assertNever } from '../../lib/assert-never.ts';
import type { IncidentState } from '../../sre/incident.ts';
import { type Html, html } from './html.ts';

export function stateMark(state: IncidentState): Html {
  return html`<span class="state ${state.is}">${word(state)}</span>`;
}

function word(state: IncidentState): string {
  switch (state.is) {
    case 'open':
      return 'waits for its turn';
    case 'investigating':
      return 'investigating';
    case 'needs_approval':
      return 'needs a decision';
    case 'acting':
      return 'making the change';
    case 'monitoring':
      return state.back === undefined ? 'watching' : 'back at baseline';
    case 'concluded':
      return 'concluded';
    case 'resolved':
      return `resolved by ${state.by}`;
    case 'failed':
      return 'failed';
    default:
      return assertNever(state);
  }
}
