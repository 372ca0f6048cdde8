/** Words and names of a proposed pull request. Everything a reviewer needs is in the body, and what is missing is said. */
import { createHash } from 'node:crypto';

export interface PullRequestWords {
  incident: { id: string; title: string };
  title: string;
  why: string;
  cause: string | null;
  whatBroke: string;
  evidence: string[];
  /** Where people read the incident and, under `/evidence/`, what it rests on. */
  page: string | null;
  files: string[];
  risk: string;
  rollback: string;
  runbook: string | null;
}

/** `vigil/<incident>/<first 8 hex of the diff's SHA-256>`: the same proposal always names the same branch. */
export function branchFor(incident: string, diff: string): string {
  return `vigil/${incident}/${createHash('sha256').update(diff).digest('hex').slice(0, 8)}`;
}

export function pullRequestBody(words: PullRequestWords): string {
  const list = (items: string[]): string => items.map((item) => `- ${item}`).join('\n');
  return [
    `## What broke\n\n${quoted(words.whatBroke)}`,
    `## Cause\n\n${words.cause === null ? 'Not established; see the reason below.' : quoted(words.cause)}`,
    `## Why this change\n\n${quoted(words.why)}`,
    `## Evidence\n\n${evidenceLine(words)}`,
    `## Change\n\n${list(words.files.map((file) => `\`${file}\``))}`,
    `## Risk and rollback\n\n${words.risk}\n\n${words.rollback}`,
    `## Runbook\n\n${words.runbook === null ? 'no runbook' : quoted(words.runbook)}`,
    '## Not verified\n\nThe change was not built, tested or deployed by Vigil. Let the checks of this repository pass before merging.',
  ].join('\n\n');
}

function evidenceLine({ incident, evidence, page }: PullRequestWords): string {
  const at = (text: string, to: string) => (page === null ? text : `[${text}](${to})`);
  const cited = evidence.map((id) => at(id, `${page}/evidence/${id}`));
  return `Incident ${at(incident.id, page ?? '')}: ${cited.length === 0 ? 'none cited' : cited.join(', ')}`;
}

/**
 * Words of the model, set off line by line, so that they cannot pass for a section of ours; and without effect: no
 * picture is loaded, nobody is called, no other issue is closed, nothing can be clicked, no HTML.
 */
function quoted(text: string): string {
  const tame = text
    .replaceAll('<', '&lt;')
    .replaceAll('[', '\\[')
    .replace(/([@#])(?=\w)/g, '$1<!-- -->')
    .replace(/(:)(?=\/\/)|\b(www)(?=\.)|\b(GH)(?=-\d)/gi, '$&<!-- -->');
  return tame
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}
