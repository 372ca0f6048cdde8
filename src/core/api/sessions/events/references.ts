/** What the events of one request point at must exist and wait: tool uses, threads, files. */
import type { FileBody, SessionBody } from '../../../documents.ts';
import type { SessionEvent } from '../../../events.ts';
import { mediaFault } from '../../../ports/media.ts';
import type { DocRow } from '../../../ports/store.ts';
import type { ThreadBody } from '../../../threads.ts';
import type { Core } from '../../core.ts';
import { invalid } from '../../errors.ts';
import type { EventInput } from './schema.ts';
import { standing } from './standing.ts';

export async function checkReferences(
  core: Core,
  session: DocRow<SessionBody>,
  inputs: readonly EventInput[],
): Promise<void> {
  const answered = new Set<string>();
  for (const [index, input] of inputs.entries()) {
    const refuse = (message: string) => invalid(`events.${index}: ${message}`);
    if (input.type === 'user.interrupt') await checkThread(core, session, input.session_thread_id, refuse);
    if (input.type === 'user.tool_result' && session.body.hidden.environment.type !== 'self_hosted') {
      throw refuse('user.tool_result is for self-hosted environments; this server runs the tools itself');
    }
    const use =
      input.type === 'user.custom_tool_result'
        ? input.custom_tool_use_id
        : 'tool_use_id' in input
          ? input.tool_use_id
          : null;
    if (use === null) continue;
    if (answered.has(use)) throw refuse(`${use} is answered twice in one request`);
    answered.add(use);
    await checkToolUse(core, session, input, use, refuse);
  }
  await checkFiles(core, inputs);
}

type Refuse = (message: string) => Error;

async function checkThread(
  core: Core,
  session: DocRow<SessionBody>,
  thread: string | null | undefined,
  refuse: Refuse,
): Promise<void> {
  if (thread == null || thread === session.body.hidden.primary_thread) return;
  const row = await core.store.get<ThreadBody>('session_thread', thread);
  if (row === null || row.parent !== session.id) throw refuse(`no thread ${thread} in this session`);
  if (row.archived) throw refuse(`thread ${thread} is terminated`);
  if (row.body.agent.type === 'advisor') {
    throw refuse(`thread ${thread} is an advisor at its only answer; interrupt the session instead`);
  }
}

async function checkToolUse(
  core: Core,
  session: DocRow<SessionBody>,
  input: EventInput,
  id: string,
  refuse: Refuse,
): Promise<void> {
  const { use, settled } = await standing(core.store, session.body, id);
  if (use === null) throw refuse(`no tool use ${id} in this session`);
  if (input.type === 'user.custom_tool_result') {
    if (use.type !== 'agent.custom_tool_use') throw refuse(`${id} is ${use.type}, not agent.custom_tool_use`);
    if (settled) throw refuse(`${id} has its result already`);
  } else if (input.type === 'user.tool_confirmation') {
    if (!waitsForConfirmation(use)) throw refuse(`${id} does not wait for a confirmation`);
  } else {
    if (use.type !== 'agent.tool_use') throw refuse(`${id} is ${use.type}, not agent.tool_use`);
    if (settled) throw refuse(`${id} has its result already`);
  }
}

/** A confirmation that comes late is taken without effect; one for a call that never asked is an error. */
function waitsForConfirmation(use: SessionEvent): boolean {
  return (use.type === 'agent.tool_use' || use.type === 'agent.mcp_tool_use') && use.evaluated_permission === 'ask';
}

export async function checkFiles(core: Core, inputs: readonly EventInput[]): Promise<void> {
  const named = inputs.flatMap(namedFiles);
  const ids = new Set(named.map(({ file }) => file));
  if (ids.size > 100) throw invalid(`events: ${ids.size} files in one request, at most 100 are allowed`);
  const found = await core.store.getMany<FileBody>('file', [...ids]);
  const types = new Map(found.map((row) => [row.id, row.body.mime_type]));
  for (const { file, block } of named) {
    const type = types.get(file);
    if (type === undefined) throw invalid(`events: no file ${file}`);
    const fault = mediaFault(block, type);
    if (fault !== null) throw invalid(`events: file ${file}: ${fault}`);
  }
}

function namedFiles(input: EventInput): { file: string; block: 'image' | 'document' }[] {
  if (!('content' in input) || input.content === undefined) return [];
  return input.content.flatMap((block) =>
    (block.type === 'image' || block.type === 'document') && block.source.type === 'file'
      ? [{ file: block.source.file_id, block: block.type }]
      : [],
  );
}
