/**
 * The approval message and the modal for a reason. Everything in it is read from the stored action, nothing from what the
 * model said about it; the two texts the model wrote are labelled as such. Buttons carry the action's id and digest, and
 * are gone as soon as somebody decided. Pure.
 */
import type { types } from '@slack/bolt';
import { assertNever } from '../../lib/assert-never.ts';
import { visible } from '../../lib/visible.ts';
import type { Action, Person } from '../../sre/action.ts';
import { type Block, context, facts, header, preformatted, section, titled } from './parts.ts';
import { escaped, link, moment } from './text.ts';

export const APPROVE = 'vigil_approve';
export const DENY = 'vigil_deny';
export const DENY_REASON = 'vigil_deny_reason';
const SHOWN = { chars: 2500, lines: 40 };

/** Whether the whole diff can be read in the message itself. */
export function diffFits(action: Action): boolean {
  const shown = visible(action.plan.diff);
  return shown.length <= SHOWN.chars && shown.split('\n').length <= SHOWN.lines;
}

export interface DiffPlace {
  /** Where the whole diff can be read, when it does not fit; null when there is no such place. */
  fullDiff: string | null;
}

export function approvalText(action: Action): string {
  return escaped(`${action.state.is === 'proposed' ? 'Approval needed' : action.state.is}: ${headline(action)}`, 300);
}

export function approvalBlocks(action: Action, place: DiffPlace): Block[] {
  if (action.state.is !== 'proposed') return [...record(action, place), section(decisionLine(action))];
  const readable = diffFits(action) || place.fullDiff !== null;
  return [
    ...record(action, place),
    context(`Expires ${moment(action.expiresAt)}`, `Digest ${action.digest.slice(0, 12)}`),
    readable ? buttons(action) : section(cannotApproveHere(action)),
  ];
}

function record(action: Action, place: DiffPlace): Block[] {
  const { plan } = action;
  return [
    header(headline(action)),
    facts([
      ['Repository', plan.repository],
      ['Into', `${plan.base} at ${plan.baseSha.slice(0, 12)}`],
      ['New branch', plan.branch],
      [`Files (${plan.files.length})`, plan.files.map(fileLine).join('\n')],
    ]),
    ...diffBlocks(action, place),
    titled('Title and text of the pull request, as the agent wrote them', `${plan.title}\n${plan.body}`),
    titled('Risk and way back, as the agent sees them', `${action.risk}\nWay back: ${action.rollback}`),
    context(
      `Evidence ${escaped(action.evidence.join(' ') || 'none', 500)}`,
      action.runbook === null ? '' : `Runbook ${escaped(action.runbook, 200)}`,
    ),
  ];
}

function headline({ plan }: Action): string {
  return `Draft pull request on ${plan.repository}: ${plan.files.length} file${plan.files.length === 1 ? '' : 's'}`;
}

function fileLine(file: Action['plan']['files'][number]): string {
  return `${file.content === null ? 'delete ' : ''}${file.path}${file.mode === '100755' ? ' (executable)' : ''}`;
}

function diffBlocks(action: Action, place: DiffPlace): Block[] {
  const { diff } = action.plan;
  if (diffFits(action)) return [preformatted(diff)];
  const lines = visible(diff).split('\n');
  const first = lines.slice(0, SHOWN.lines).join('\n').slice(0, SHOWN.chars);
  const where = place.fullDiff === null ? 'The rest is not shown.' : link(place.fullDiff, 'The whole diff');
  return [preformatted(first), context(`*This is only the beginning* of ${lines.length} lines. ${where}`)];
}

function buttons(action: Action): Block {
  const value = `${action.id}|${action.digest}`;
  return {
    type: 'actions',
    elements: [
      {
        type: 'button',
        action_id: APPROVE,
        style: 'primary',
        value,
        text: { type: 'plain_text', text: 'Approve draft PR' },
        confirm: {
          title: { type: 'plain_text', text: 'Open this pull request?' },
          text: { type: 'plain_text', text: `Exactly the diff shown, digest ${action.digest.slice(0, 12)}.` },
          confirm: { type: 'plain_text', text: 'Open it' },
          deny: { type: 'plain_text', text: 'Not yet' },
        },
      },
      {
        type: 'button',
        action_id: DENY,
        style: 'danger',
        value,
        text: { type: 'plain_text', text: 'Deny' },
      },
    ],
  };
}

function cannotApproveHere(action: Action): string {
  return `*Not approvable here*, because the whole diff cannot be shown. Read it and decide with \`vigil approve ${escaped(action.id, 100)}\`.`;
}

/** Who decided what, and when; what stands where the buttons were. */
export function decisionLine(action: Action): string {
  const { state } = action;
  const digest = `digest ${action.digest.slice(0, 12)}`;
  switch (state.is) {
    case 'proposed':
      return `Waiting for a decision, ${digest}`;
    case 'approved':
    case 'executing':
      return `*Approved* by ${who(state.by)}, ${moment(state.at)}, ${digest}. Opening the pull request.`;
    case 'done':
      return `*Approved* by ${who(state.by)}, ${moment(state.at)}, ${digest}. ${link(state.url, `Pull request ${state.number ?? ''}`.trim())} on ${escaped(state.branch, 300)}.`;
    case 'rejected':
      return `*Denied* by ${who(state.by)}, ${moment(state.at)}, ${digest}: ${escaped(state.reason || 'no reason given', 1000)}`;
    case 'expired':
      return `*Expired* ${moment(state.at)} without a decision, ${digest}`;
    case 'void':
      return `*Withdrawn* ${moment(state.at)}, ${digest}: ${escaped(state.why, 1000)}`;
    case 'failed':
      return `*Approved* by ${who(state.by)}, ${moment(state.at)}, but it *failed*: ${escaped(state.why, 1000)}`;
    default:
      return assertNever(state);
  }
}

function who(person: Person): string {
  const isSlackId = person.via === 'slack' && /^[UW][A-Z0-9]{2,}$/.test(person.id);
  return isSlackId ? `<@${person.id}>` : `${escaped(person.name, 100)} (${person.via})`;
}

/** What the modal must know to decide later; ids only. */
export interface DenialPlace {
  action: string;
  digest: string;
  channel: string;
  ts: string;
}

export function denialModal(place: DenialPlace): types.ModalView {
  return {
    type: 'modal',
    callback_id: DENY_REASON,
    private_metadata: JSON.stringify(place),
    title: { type: 'plain_text', text: 'Deny this change' },
    submit: { type: 'plain_text', text: 'Deny' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      {
        type: 'input',
        block_id: 'reason',
        label: { type: 'plain_text', text: 'Why? The agent reads this and may look further.' },
        element: { type: 'plain_text_input', action_id: 'text', multiline: true, min_length: 1, max_length: 1000 },
      },
    ],
  };
}
