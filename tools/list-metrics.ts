import { z } from 'zod';
import { fitSize } from '../src/sre/reading/fit-size.ts';
import { sourcesOf } from '../src/sre/reading/looks.ts';
import { couldNotLook, looked } from '../src/sre/reading/result.ts';
import { defineTool } from '../src/sre/tool.ts';

const input = z.object({
  match: z.string().max(200).default('').describe('part of the metric name, any case; empty for all'),
  service: z.string().max(200).optional().describe('only metrics that have series of this service'),
  limit: z.number().int().min(1).max(300).default(200),
});

export const tool = defineTool({
  name: 'list_metrics',
  description:
    'Which metrics exist: name, type, unit, label names with known values, number of series. Ask this first; get_metrics needs exact names.',
  input,
  effect: 'read',
  of: ['metrics'],
  async run({ match, service, limit }, world) {
    const answer = await world.metrics.list({ match, service: service ?? null, limit }, world.signal);
    if (answer.status === 'unavailable') return couldNotLook(answer);
    const { kept, dropped } = fitSize(answer.data);
    const hint =
      kept.length > 0
        ? null
        : 'No metric matches. That says nothing about health: ask again with match "" and no service.';
    return looked(answer, { metrics: kept, count: kept.length, ...sourcesOf(answer), hint }, { cut: dropped > 0 });
  },
});
