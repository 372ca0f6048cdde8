import { type Core, changedDoc, isoTime, shown, untilFresh } from '../core.ts';
import { invalid } from '../errors.ts';
import type { DreamBody } from './body.ts';
import { type DreamPlace, findDream } from './find.ts';

/** At once: whoever dreams it finds out, and writes nothing more. */
export async function cancelDream(core: Core, place: DreamPlace): Promise<object> {
  return await untilFresh(async () => {
    const row = await findDream(core, place);
    const { status } = row.body;
    if (status === 'canceled') return { done: shown(row.body) };
    if (status === 'completed' || status === 'failed') throw invalid(`dream ${row.id} has ${status} already`);
    const next: DreamBody = { ...row.body, status: 'canceled', ended_at: isoTime(core.clock.now()) };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, next), expect: row.revision }] });
    return committed.ok ? { done: shown(next) } : 'stale';
  });
}
