import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
import type { TunnelBody } from './body.ts';
import { findOpenTunnel, type TunnelPlace } from './find.ts';
import type { TunnelTokenRotate } from './schema.ts';
import { newToken, tokenWire } from './token.ts';

const MOST_REMEMBERED = 50;

/** The old value is gone at once. */
export async function rotateTunnelToken(
  core: Core,
  { body, ...place }: TunnelPlace & { body: TunnelTokenRotate },
): Promise<object> {
  return await untilFresh(async () => {
    const row = await findOpenTunnel(core, place);
    const { token } = await newToken(core, row.body, (row.body.hidden.token?.version ?? 0) + 1);
    const rotation = { at: isoTime(core.clock.now()), reason: body.reason ?? null };
    const rotations = [...row.body.hidden.rotations, rotation].slice(-MOST_REMEMBERED);
    const next: TunnelBody = { ...row.body, hidden: { token, rotations } };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, next), expect: row.revision }] });
    return committed.ok ? { done: await tokenWire(core, next) } : 'stale';
  });
}
