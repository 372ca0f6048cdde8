import type { FileBody } from '../../documents.ts';
import { type Core, find } from '../core.ts';
import { dropBlobs } from '../holds.ts';

/** The document at once, the bytes when no session's copy names them. */
export async function deleteFile(core: Core, { file_id }: { file_id: string }): Promise<object> {
  const { body } = await find<FileBody>(core, 'file', file_id);
  await core.store.commit({ removes: [{ kind: 'file', id: file_id }] });
  await dropBlobs(core, [body.hidden.blob]);
  return { id: file_id, type: 'file_deleted' };
}
