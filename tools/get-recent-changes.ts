import { z } from 'zod';
import { CHANGE_KINDS } from '../src/sre/change.ts';
import { listChanges } from '../src/sre/reading/change-list.ts';
import { windowInput } from '../src/sre/reading/window.ts';
import { defineTool } from '../src/sre/tool.ts';

const input = z.object({
  ...windowInput('24 hours before end; widen to "-14d" before giving up'),
  service: z.string().max(200).optional().describe('leave out to see every service and the platform'),
  kinds: z.array(z.enum(CHANGE_KINDS)).max(CHANGE_KINDS.length).default([]).describe('empty for all'),
  limit: z.number().int().min(1).max(200).default(100),
});

export const tool = defineTool({
  name: 'get_recent_changes',
  description:
    'Everything that was changed, from every feed: deploys, flags, configuration, migrations, infrastructure, batch jobs, certificates, scaling, vendor notices, traffic. Newest first. Being listed, or being near an alert, says nothing about guilt.',
  input,
  effect: 'read',
  of: ['changes'],
  run: listChanges,
});
