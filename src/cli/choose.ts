/** Asks the person at the terminal about one action, whose exact diff stands above the question. */

import type { Choice } from './decide.ts';
import { askApproval, askReason } from './prompts.ts';
import { renderDetails } from './render/action.ts';
import type { Terminal } from './terminal.ts';
import type { Action } from './wire.ts';

/** Null when the person left without deciding. */
export async function choose(action: Action, out: Terminal): Promise<Choice | null> {
  for (;;) {
    switch (await askApproval()) {
      case 'approve':
        return { verdict: 'approve' };
      case 'reject':
        return { verdict: 'reject', reason: await askReason() };
      case 'leave':
        return null;
      case 'details':
        for (const line of renderDetails(action, out.columns)) out.line(line);
    }
  }
}
