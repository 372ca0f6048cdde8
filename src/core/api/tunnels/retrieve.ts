import { type Core, shown } from '../core.ts';
import { findTunnel, type TunnelPlace } from './find.ts';

export async function retrieveTunnel(core: Core, place: TunnelPlace): Promise<object> {
  return shown((await findTunnel(core, place)).body);
}
