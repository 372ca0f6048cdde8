import { type Core, changedDoc, isoTime, shown, untilFresh } from '../core.ts';
import { invalid } from '../errors.ts';
import { isFinal } from './body.ts';
import { type DreamPlace, findDream } from './find.ts';

/** Of a dream that has ended. A second call changes nothing. */
export async function archiveDream(core: Core, place: DreamPlace): Promise<object> {
  return await untilFresh(async () => {
    const row = await findDream(core, place);
    if (row.archived) return { done: shown(row.body) };
    if (!isFinal(row.body.status)) throw invalid(`dream ${row.id} is ${row.body.status}; cancel it first`);
    const next = { ...row.body, archived_at: isoTime(core.clock.now()) };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, next, true), expect: row.revision }] });
    return committed.ok ? { done: shown(next) } : 'stale';
  });
}
