import { type Core, shown } from '../core.ts';
import { type DreamPlace, findDream } from './find.ts';

export async function retrieveDream(core: Core, place: DreamPlace): Promise<object> {
  return shown((await findDream(core, place)).body);
}
