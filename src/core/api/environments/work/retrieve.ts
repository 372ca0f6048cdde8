import type { Core } from '../../core.ts';
import { findWork, type WorkPlace, workWire } from './find.ts';

export async function retrieveWork(core: Core, place: WorkPlace): Promise<object> {
  return workWire(core, (await findWork(core, place)).body);
}
