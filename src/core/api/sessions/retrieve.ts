import type { Core } from '../core.ts';
import { findSession } from './find.ts';
import { sessionWire } from './wire.ts';

export async function retrieveSession(core: Core, { session_id }: { session_id: string }): Promise<object> {
  return await sessionWire(core, (await findSession(core, session_id)).body);
}
