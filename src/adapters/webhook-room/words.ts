/** What is posted, in the Markdown that Mattermost and Teams have in common. Words from outside call nobody and format nothing. Pure. */
import { assertNever } from '../../lib/assert-never.ts';
import { visible } from '../../lib/visible.ts';
import type { Action } from '../../sre/action.ts';
import type { Incident } from '../../sre/incident.ts';
import type { CardView, ThreadPost } from '../../sre/ports/chat.ts';

const MOST_WORDS = 1500;
const MOST_DIFF = 6000;

export function cardWords({ incident, link }: CardView): string {
  const where = incident.service === null ? '' : `, ${tame(incident.service)}`;
  return [
    `**${incident.severity.toUpperCase()}: ${tame(incident.title)}**${where}`,
    `Looking into it. \`${incident.id}\`${link === null ? '' : ` · [Open in Vigil](${link})`}`,
  ].join('\n\n');
}

/** Null for what would only fill a room without threads: steps, guesses, and alerts that join. */
export function postWords(post: ThreadPost): string | null {
  switch (post.kind) {
    case 'progress': {
      const { kind, incident, text } = post.entry;
      return kind === 'effect' || kind === 'error' ? `${tame(text)}\n\n\`${incident}\`` : null;
    }
    case 'finding':
      return findingWords(post.view.incident, post.view.link);
    case 'approval':
      return approvalWords(post.action);
    case 'decided':
      return decidedWords(post.action);
    default:
      return assertNever(post);
  }
}

function findingWords({ id, finding }: Incident, link: string | null): string | null {
  if (finding === null) return null;
  const { cause, confidence, summary } = finding;
  const named = cause === null ? 'No cause was named.' : `Cause: ${tame(cause.mechanism)}`;
  const more = link === null ? `\`vigil incidents ${id}\`` : `[Evidence](${link})`;
  return [`**Finding**, ${confidence} confidence`, tame(summary), named, more].join('\n\n');
}

function approvalWords({ id, plan, risk, rollback }: Action): string {
  const diff = visible(plan.diff).replaceAll('```', "'''");
  const shown =
    diff.length <= MOST_DIFF ? diff : `${diff.slice(0, MOST_DIFF)}\n… (cut; the whole diff: vigil approve ${id})`;
  return [
    `**A change waits for a decision**: ${tame(plan.title)} (${tame(plan.repository)})`,
    `\`\`\`diff\n${shown.trimEnd()}\n\`\`\``,
    `Risk: ${tame(risk)}`,
    `Undo: ${tame(rollback)}`,
    `Decide with \`vigil approve ${id}\` or \`vigil deny ${id}\`.`,
  ].join('\n\n');
}

function decidedWords({ plan, state }: Action): string {
  const what = tame(plan.title);
  switch (state.is) {
    case 'proposed':
      return `Waits for a decision: ${what}`;
    case 'approved':
    case 'executing':
      return `Approved by ${tame(state.by.name)}: ${what}`;
    case 'done':
      return `Approved by ${tame(state.by.name)}, pull request ${state.number ?? ''} on branch \`${tame(state.branch)}\`: ${what}`;
    case 'rejected':
      return `Denied by ${tame(state.by.name)}: ${what}`;
    case 'expired':
      return `Expired without a decision: ${what}`;
    case 'void':
    case 'failed':
      return `${state.is === 'void' ? 'Withdrawn' : 'Failed'}, ${tame(state.why)}: ${what}`;
    default:
      return assertNever(state);
  }
}

/** One line, of bounded length, in which nothing is markup and no name is called. */
function tame(text: string): string {
  const line = visible(text).replace(/\s+/g, ' ').trim();
  const short = line.length <= MOST_WORDS ? line : `${line.slice(0, MOST_WORDS)} … (cut)`;
  return short.replace(/[\\`*_[\]<>|#~!()]/g, (sign) => `\\${sign}`).replaceAll('@', '＠');
}
