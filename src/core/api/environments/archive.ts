import type { EnvironmentBody } from '../../documents.ts';
import type { DocRow } from '../../ports/store.ts';
import { changeDocument } from '../change-document.ts';
import { type Core, find, isoTime } from '../core.ts';

/** New sessions are refused, running ones go on. A second call changes nothing. */
export async function archiveEnvironment(
  core: Core,
  { environment_id }: { environment_id: string },
): Promise<EnvironmentBody> {
  const read = () => find<EnvironmentBody>(core, 'environment', environment_id);
  const archive = ({ archived, body }: DocRow<EnvironmentBody>) =>
    archived ? body : { ...body, archived_at: isoTime(core.clock.now()) };
  return await changeDocument(core, read, archive, true);
}
