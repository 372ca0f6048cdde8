import type { DocRow } from '../../ports/store.ts';
import { type Core, find } from '../core.ts';
import type { DreamBody } from './body.ts';

export interface DreamPlace {
  dream_id: string;
}
export type DreamRow = DocRow<DreamBody>;

export async function findDream(core: Core, { dream_id }: DreamPlace): Promise<DreamRow> {
  return await find<DreamBody>(core, 'dream', dream_id);
}
