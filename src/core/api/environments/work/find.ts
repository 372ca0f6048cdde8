/** Items of work by the ids in a path, and as the wire shows them. */
import type { EnvironmentBody } from '../../../documents.ts';
import type { DocRow } from '../../../ports/store.ts';
import type { WorkBody } from '../../../work.ts';
import { type Core, find, shown } from '../../core.ts';
import { notFound } from '../../errors.ts';
import { settled } from './lease.ts';

export interface WorkPlace {
  environment_id: string;
  work_id: string;
}
export type WorkRow = DocRow<WorkBody>;

export async function findWork(core: Core, { environment_id, work_id }: WorkPlace): Promise<WorkRow> {
  await find<EnvironmentBody>(core, 'environment', environment_id);
  const row = await find<WorkBody>(core, 'work', work_id);
  if (row.parent !== environment_id) throw notFound('work', work_id);
  return row;
}

/** The secret is in the answer to a poll and nowhere else. */
export function workWire(core: Core, work: WorkBody, secret: string | null = null): object {
  return { ...shown(settled(work, core.clock.now())), secret };
}
