import type { FileBody } from '../../documents.ts';
import { type Core, find, shown } from '../core.ts';

export async function retrieveFileMetadata(core: Core, { file_id }: { file_id: string }): Promise<object> {
  return shown((await find<FileBody>(core, 'file', file_id)).body);
}
