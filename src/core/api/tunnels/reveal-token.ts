import type { Core } from '../core.ts';
import { findOpenTunnel, type TunnelPlace } from './find.ts';
import { tokenWire } from './token.ts';

/** The same until it is rotated. */
export async function revealTunnelToken(core: Core, place: TunnelPlace): Promise<object> {
  return await tokenWire(core, (await findOpenTunnel(core, place)).body);
}
