import type { Core } from '../core.ts';
import { notFound } from '../errors.ts';
import { modelInfo } from './info.ts';

export async function retrieveModel(core: Core, { model_id }: { model_id: string }): Promise<object> {
  const model = core.models.find((known) => known.id === model_id);
  if (model === undefined) throw notFound('model', model_id);
  return modelInfo(model);
}
