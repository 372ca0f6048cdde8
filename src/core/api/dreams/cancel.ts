import type { DocRow } from '../../ports/store.ts';
import { changeDocument } from '../change-document.ts';
import { type Core, isoTime, shown } from '../core.ts';
import { invalid } from '../errors.ts';
import { type DreamBody, isFinal } from './body.ts';
import { type DreamPlace, findDream } from './find.ts';

/** At once: whoever dreams it finds out, and writes nothing more. */
export async function cancelDream(core: Core, place: DreamPlace): Promise<object> {
  const cancel = ({ id, body }: DocRow<DreamBody>): DreamBody => {
    if (body.status === 'canceled') return body;
    if (isFinal(body.status)) throw invalid(`dream ${id} has ${body.status} already`);
    return { ...body, status: 'canceled', ended_at: isoTime(core.clock.now()) };
  };
  return shown(await changeDocument(core, () => findDream(core, place), cancel));
}
