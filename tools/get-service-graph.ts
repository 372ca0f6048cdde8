import { z } from 'zod';
import { sourcesOf } from '../src/sre/reading/looks.ts';
import { couldNotLook, looked } from '../src/sre/reading/result.ts';
import { reverse } from '../src/sre/stats/graph-walk.ts';
import { defineTool } from '../src/sre/tool.ts';

const input = z.object({
  service: z.string().max(200).optional().describe('only this service with its callers and callees; leave out for all'),
});

export const tool = defineTool({
  name: 'get_service_graph',
  description:
    'Which service depends on which: for each, depends_on and called_by. Databases and third parties are nodes too.',
  input,
  effect: 'read',
  of: ['metrics', 'logs', 'changes'],
  async run({ service }, world) {
    const answer = await world.topology.graph(world.signal);
    if (answer.status === 'unavailable') return couldNotLook(answer);
    const callers = reverse(new Map(answer.data.map((node) => [node.name, node.dependsOn])));
    const all = answer.data.map((node) => ({
      name: node.name,
      depends_on: node.dependsOn,
      called_by: callers.get(node.name) ?? [],
    }));
    const near = all.filter(
      (node) => service === undefined || [node.name, ...node.depends_on, ...node.called_by].includes(service),
    );
    const hint = near.length > 0 ? null : `No such service. Known: ${all.map((node) => node.name).join(', ')}`;
    return looked(answer, { services: near, ...sourcesOf(answer), hint }, { range: null });
  },
});
