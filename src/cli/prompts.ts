/** Questions to the person at the terminal. Leaving (Ctrl+C) decides nothing. */
import { isCancel, selectKey, text } from '@clack/prompts';

export type Reply = 'approve' | 'reject' | 'details' | 'leave';

export async function askApproval(): Promise<Reply> {
  const reply = await selectKey({
    message: 'Approve?',
    options: [
      { value: 'y', label: 'yes, open the pull request with exactly this diff' },
      { value: 'n', label: 'no, reject it' },
      { value: 'd', label: 'details: the text of the pull request and the full digest' },
    ],
  });
  if (isCancel(reply)) return 'leave';
  switch (reply) {
    case 'y':
      return 'approve';
    case 'n':
      return 'reject';
    default:
      return 'details';
  }
}

export async function askReason(): Promise<string> {
  const reason = await text({ message: 'Why not? The investigator is told.', placeholder: 'optional' });
  return isCancel(reason) ? '' : (reason ?? '');
}
