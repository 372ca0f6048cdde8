import { z } from 'zod';
import { listChanges } from '../src/sre/reading/change-list.ts';
import { windowInput } from '../src/sre/reading/window.ts';
import { defineTool } from '../src/sre/tool.ts';

const input = z.object({
  ...windowInput('24 hours before end'),
  service: z.string().max(200).optional().describe('leave out to see every service'),
  limit: z.number().int().min(1).max(200).default(50),
});

export const tool = defineTool({
  name: 'get_recent_deploys',
  description:
    'Deploys only, newest first. get_recent_changes also shows flags, configuration, migrations and the rest; ask it before concluding.',
  input,
  effect: 'read',
  of: ['changes'],
  run(asked, world) {
    return listChanges({ ...asked, kinds: ['deploy'] }, world);
  },
});
