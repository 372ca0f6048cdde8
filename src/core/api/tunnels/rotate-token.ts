import type { DocRow } from '../../ports/store.ts';
import { changeDocument } from '../change-document.ts';
import { type Core, isoTime } from '../core.ts';
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
  const rotated = async ({ body: current }: DocRow<TunnelBody>): Promise<TunnelBody> => {
    const { token } = await newToken(core, current, (current.hidden.token?.version ?? 0) + 1);
    const rotation = { at: isoTime(core.clock.now()), reason: body.reason ?? null };
    return {
      ...current,
      hidden: { token, rotations: [...current.hidden.rotations, rotation].slice(-MOST_REMEMBERED) },
    };
  };
  return await tokenWire(core, await changeDocument(core, () => findOpenTunnel(core, place), rotated));
}
