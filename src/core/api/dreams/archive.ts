import type { DocRow } from '../../ports/store.ts';
import { changeDocument } from '../change-document.ts';
import { type Core, isoTime, shown } from '../core.ts';
import { invalid } from '../errors.ts';
import { type DreamBody, isFinal } from './body.ts';
import { type DreamPlace, findDream } from './find.ts';

/** Of a dream that has ended. A second call changes nothing. */
export async function archiveDream(core: Core, place: DreamPlace): Promise<object> {
  const archive = ({ id, archived, body }: DocRow<DreamBody>) => {
    if (archived) return body;
    if (!isFinal(body.status)) throw invalid(`dream ${id} is ${body.status}; cancel it first`);
    return { ...body, archived_at: isoTime(core.clock.now()) };
  };
  return shown(await changeDocument(core, () => findDream(core, place), archive, true));
}
