/** Files that messages name by id, put in as the bytes a model takes. */
import type { FileBody } from '../../documents.ts';
import { BlobMissing, type Blobs } from '../../ports/blobs.ts';
import { mediaFault } from '../../ports/media.ts';
import type { ModelBlock, ModelMessage } from '../../ports/model.ts';
import type { Store } from '../../ports/store.ts';

interface FromFile {
  type: 'image' | 'document';
  source: { type: 'file'; file_id: string };
}

/** Most messages name none, and are handed on as they are. */
export async function attach(
  messages: readonly ModelMessage[],
  ports: { store: Store; blobs: Blobs },
): Promise<ModelMessage[]> {
  const attached = [...messages];
  for (const [place, { role, content }] of messages.entries()) {
    if (!content.some(holdsFile)) continue;
    attached[place] = { role, content: await Promise.all(content.map((block) => attachBlock(block, ports))) };
  }
  return attached;
}

function holdsFile(block: ModelBlock): boolean {
  return block.type === 'tool_result' ? block.content.some(holdsFile) : namesFile(block);
}

async function attachBlock(block: ModelBlock, ports: { store: Store; blobs: Blobs }): Promise<ModelBlock> {
  if (block.type === 'tool_result') {
    return { ...block, content: await Promise.all(block.content.map((inner) => attachBlock(inner, ports))) };
  }
  if (!namesFile(block)) return block;
  const { file_id } = block.source;
  const file = await ports.store.get<FileBody>('file', file_id);
  if (file === null) return { type: 'text', text: `[file ${file_id} no longer exists]` };
  const fault = mediaFault(block.type, file.body.mime_type);
  if (fault !== null) return { type: 'text', text: `[file ${file_id} is not shown: ${fault}]` };
  if (file.body.hidden.blob === '') return { type: 'text', text: `[file ${file_id} has expired]` };
  const bytes = await ports.blobs.get(file.body.hidden.blob).catch(unlessMissing);
  if (bytes === null) return { type: 'text', text: `[file ${file_id} cannot be read any more]` };
  return { ...block, source: sourceOf(file.body, bytes) };
}

/** Deleted while it was looked up, or damaged: a file less is no reason for a conversation to end. */
function unlessMissing(error: unknown): null {
  if (error instanceof BlobMissing) return null;
  throw error;
}

function sourceOf(file: FileBody, bytes: Uint8Array): object {
  const media_type = file.mime_type.split(';', 1).join('');
  return media_type.startsWith('text/')
    ? { type: 'text', media_type: 'text/plain', data: new TextDecoder().decode(bytes) }
    : { type: 'base64', media_type, data: Buffer.from(bytes).toString('base64') };
}

function namesFile(block: ModelBlock): block is ModelBlock & FromFile {
  if (block.type !== 'image' && block.type !== 'document') return false;
  return 'type' in block.source && block.source.type === 'file' && 'file_id' in block.source;
}
