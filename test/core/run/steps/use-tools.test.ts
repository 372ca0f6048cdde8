/** What others may have started is looked up; a long session does not look through all that it ever did. */
import { expect, test } from 'vitest';
import type { EventId } from '../../../../src/core/ids.ts';
import { say, stage, toolset } from '../stage.ts';

test('only calls that an earlier turn left open are looked up, and no others with them', async () => {
  const lookedUp: (readonly EventId[] | undefined)[] = [];
  const bash = { tool: 'bash', input: { command: 'true' } };
  const read = { tool: 'read', input: { file_path: '/none' } };
  const asks = {
    type: 'read' as const,
    name: 'read' as const,
    enabled: true,
    permission_policy: { type: 'always_ask' as const },
  };
  const it = await stage({
    tools: [toolset('always_allow', [asks])],
    script: [{ blocks: [bash, bash] }, { blocks: [bash] }, { blocks: [read] }, { blocks: [{ text: 'done' }] }],
    wrap: (ports) => ({
      ...ports,
      engine: {
        ...ports.engine,
        toolCalls(session, uses) {
          lookedUp.push(uses);
          return ports.engine.toolCalls(session, uses);
        },
      },
    }),
  });
  await it.send(say('go'));
  await it.idle('requires_action');
  expect(lookedUp).toEqual([]);
  const [waiting] = (await it.find('agent.tool_use')).slice(-1).map((use) => use.id);
  if (waiting === undefined) throw new Error('a call waits');
  await it.send({ type: 'user.tool_confirmation', tool_use_id: waiting, result: 'allow' });
  await it.idle('end_turn');
  expect(lookedUp).toEqual([[waiting]]);
  await it.close();
});
