import { finding } from '../src/sre/finding.ts';
import { defineTool } from '../src/sre/tool.ts';

export const tool = defineTool({
  name: 'report_finding',
  description:
    'Reports what was found. Every claim cites evidence ids, and every number, quoted line, change id and time in it must stand in that evidence; otherwise it comes back with the reasons. "inconclusive", "no_impact" and a cause without a change are valid. Rule out the plausible alternatives, with evidence.',
  input: finding,
  effect: 'report',
});
