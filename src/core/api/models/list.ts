import type { z } from 'zod';
import type { Core } from '../core.ts';
import { modelInfo } from './info.ts';
import type { modelListQuery } from './schema.ts';

/** The models this server was configured with, all on one page. Other ids may work too, through the model service. */
export async function listModels(core: Core, { query }: { query: z.output<typeof modelListQuery> }): Promise<object> {
  const start = query.after_id === undefined ? 0 : core.models.findIndex((model) => model.id === query.after_id) + 1;
  const data = core.models.slice(start, start + query.limit).map(modelInfo);
  return {
    data,
    has_more: start + data.length < core.models.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}
