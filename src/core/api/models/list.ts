import type { z } from 'zod';
import type { Core, KnownModel } from '../core.ts';
import { invalid } from '../errors.ts';
import { modelInfo } from './info.ts';
import type { modelListQuery } from './schema.ts';

type Query = z.output<typeof modelListQuery>;

/** The models this server was configured with. Other ids may work too, through the model service. */
export async function listModels(core: Core, { query }: { query: Query }): Promise<object> {
  const { after_id, before_id, limit, lifecycle } = query;
  if (after_id !== undefined && before_id !== undefined) throw invalid('after_id: cannot be combined with before_id');
  // All of them are active.
  const models = lifecycle === undefined || lifecycle.includes('active') ? core.models : [];
  const rest =
    before_id === undefined
      ? models.slice(after_id === undefined ? 0 : placeOf(models, 'after_id', after_id) + 1)
      : models.slice(0, placeOf(models, 'before_id', before_id));
  const data = (before_id === undefined ? rest.slice(0, limit) : rest.slice(-limit)).map(modelInfo);
  return {
    data,
    has_more: data.length < rest.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

function placeOf(models: readonly KnownModel[], name: string, id: string): number {
  const place = models.findIndex((model) => model.id === id);
  if (place === -1) throw invalid(`${name}: no model ${id}`);
  return place;
}
