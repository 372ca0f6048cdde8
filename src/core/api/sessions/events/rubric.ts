/** A rubric given as a file is read when it is sent: what is graded by does not change with the file. */
import type { FileBody } from '../../../documents.ts';
import type { Core } from '../../core.ts';
import { invalid } from '../../errors.ts';
import type { EventInput } from './schema.ts';

const MOST = 262_144;

export async function withRubrics(core: Core, inputs: readonly EventInput[]): Promise<EventInput[]> {
  return await Promise.all(inputs.map((input) => withRubric(core, input)));
}

async function withRubric(core: Core, input: EventInput): Promise<EventInput> {
  if (input.type !== 'user.define_outcome' || input.rubric.type === 'text') return input;
  const { file_id } = input.rubric;
  const file = await core.store.get<FileBody>('file', file_id);
  if (file === null || file.workspace !== core.workspace || file.body.hidden.blob === '') {
    throw invalid(`rubric: no file ${file_id}`);
  }
  const content = new TextDecoder().decode(await core.blobs.get(file.body.hidden.blob));
  if (content === '' || content.length > MOST)
    throw invalid(`rubric: file ${file_id} must hold 1 to ${MOST} characters`);
  return { ...input, rubric: { type: 'text', content } };
}
