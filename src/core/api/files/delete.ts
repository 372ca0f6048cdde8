import type { FileBody } from '../../documents.ts';
import { type Core, find } from '../core.ts';
import { removal } from '../holds.ts';

/** The document at once, the bytes when no session's copy names them. */
export async function deleteFile(core: Core, { file_id }: { file_id: string }): Promise<object> {
  const { body } = await find<FileBody>(core, 'file', file_id);
  const bytes = removal(core, [body.hidden.blob]);
  await core.store.commit({ puts: bytes.puts, removes: [{ kind: 'file', id: file_id }], forgets: true });
  await bytes.drop();
  return { id: file_id, type: 'file_deleted' };
}
