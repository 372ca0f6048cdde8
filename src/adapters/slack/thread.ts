/** What is added under the card, one message per fact. Pure. */
import { assertNever } from '../../lib/assert-never.ts';
import type { ThreadPost } from '../../sre/ports/chat.ts';
import { approvalBlocks, approvalText, type DiffPlace, decisionLine } from './approval.ts';
import { findingBlocks, hypothesesBlock } from './card.ts';
import { context, header, section, titled } from './parts.ts';
import type { Message } from './posts.ts';
import { escaped } from './text.ts';

const labels = {
  detect: 'Detected',
  observe: 'Observed',
  hypothesis: 'Hypothesis',
  finding: 'Finding',
  decide: 'Decision',
  act: 'Action',
  effect: 'Effect',
  error: 'Problem',
  note: 'Note',
};

export function threadMessage(post: ThreadPost, place: DiffPlace): Message {
  switch (post.kind) {
    case 'progress': {
      const { entry } = post;
      return {
        ...head(post, entry.incident),
        text: escaped(`${labels[entry.kind]}: ${entry.text}`, 500),
        blocks: [
          titled(labels[entry.kind], entry.text),
          ...(entry.ref === null ? [] : [context(escaped(entry.ref, 300))]),
        ],
      };
    }
    case 'finding': {
      const { incident } = post.view;
      const { finding, review = null } = incident;
      const blocks = finding === null ? [section('No finding yet.')] : findingBlocks(finding, review, post.view.link);
      const text = escaped(`Finding: ${incident.finding?.summary ?? 'none yet'}`, 500);
      return { ...head(post, incident.id), text, blocks: [header('Finding'), ...blocks, ...hypothesesBlock(incident)] };
    }
    case 'approval': {
      const { incident } = post.view;
      return {
        ...head(post, incident.id),
        text: approvalText(post.action),
        blocks: approvalBlocks(post.action, place),
        broadcast: incident.severity === 'critical',
      };
    }
    case 'decided': {
      const line = decisionLine(post.action);
      return { ...head(post, post.action.incident), text: line, blocks: [section(line)] };
    }
    default:
      return assertNever(post);
  }
}

function head(post: ThreadPost, incident: string): Pick<Message, 'key' | 'kind' | 'incident'> {
  return { key: post.key, kind: post.kind, incident };
}
