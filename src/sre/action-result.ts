/** What the session is told about an action's end; null while it has none. Pure. */
import type { Action } from './action.ts';
import type { Reply } from './session/reply.ts';

export function resultOf({ state }: Action): Reply | null {
  switch (state.is) {
    case 'proposed':
    case 'approved':
    case 'executing':
      return null;
    case 'done': {
      const { url, number, branch } = state;
      return {
        isError: false,
        body: { decision: 'approved', by: state.by.name, pull_request: { url, number, branch } },
      };
    }
    case 'rejected':
      return { isError: true, body: { decision: 'rejected', by: state.by.name, reason: state.reason } };
    case 'expired':
      return {
        isError: true,
        body: { decision: 'expired', reason: 'nobody decided in time; ask again if it still holds' },
      };
    case 'void':
      return { isError: true, body: { decision: 'void', reason: state.why } };
    case 'failed':
      return { isError: true, body: { decision: 'approved', by: state.by.name, error: state.why } };
  }
}
