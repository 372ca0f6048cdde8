/** Words and names of a proposed pull request. Everything a reviewer needs is in the body, and what is missing is said. */
import { createHash } from 'node:crypto';

export interface PullRequestWords {
  incident: { id: string; title: string };
  title: string;
  why: string;
  cause: string | null;
  whatBroke: string;
  evidence: string[];
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
    `## What broke\n\n${words.whatBroke}`,
    `## Cause\n\n${words.cause ?? 'Not established; see the reason below.'}`,
    `## Why this change\n\n${words.why}`,
    `## Evidence\n\nIncident ${words.incident.id}: ${words.evidence.length === 0 ? 'none cited' : words.evidence.join(', ')}`,
    `## Change\n\n${list(words.files.map((file) => `\`${file}\``))}`,
    `## Risk and rollback\n\n${words.risk}\n\n${words.rollback}`,
    `## Runbook\n\n${words.runbook ?? 'no runbook'}`,
    '## Not verified\n\nThe change was not built, tested or deployed by Vigil. Let the checks of this repository pass before merging.',
  ].join('\n\n');
}
