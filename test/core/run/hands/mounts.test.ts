import { expect, test } from 'vitest';
import type { DocKind } from '../../../../src/core/ports/store.ts';
import { say, stage, workspace } from '../stage.ts';

async function* once(text: string) {
  yield new TextEncoder().encode(text);
}

test('what a session brings along is named in the system prompt and can be read in the sandbox', async () => {
  const skill = { type: 'custom' as const, skill_id: 'skill_leak', version: 'latest' };
  const it = await stage({
    agent: { skills: [skill] },
    script: [
      {
        blocks: [
          { tool: 'read', input: { file_path: '/mnt/skills/leak/SKILL.md' } },
          { tool: 'bash', input: { command: 'wc -l < /mnt/session/uploads/log.jsonl' } },
        ],
      },
      { blocks: [{ text: 'read' }] },
    ],
  });
  const { blobs, store } = it.ports;
  const log = await blobs.put(once('{}\n{}\n'), 100);
  const page = await blobs.put(once('# Leak\nLook at the pool.'), 100);
  const created_at = '2026-11-21T05:00:00.000Z';
  const put = (kind: DocKind, id: string, parent: string | null, body: object) => ({
    doc: { kind, id, workspace, parent, createdAt: 0, archived: false, body },
  });
  await store.commit({
    puts: [
      put('session_resource', 'sesrsc_1', it.session, {
        id: 'sesrsc_1',
        type: 'file',
        file_id: 'file_1',
        mount_path: '/mnt/session/uploads/log.jsonl',
        created_at,
        updated_at: created_at,
        hidden: { blob: log.key },
      }),
      put('skill', 'skill_leak', null, { id: 'skill_leak', type: 'skill', latest_version_id: 'skver_2' }),
      put('skill_version', 'skver_2', 'skill_leak', {
        id: 'skver_2',
        type: 'skill_version',
        skill_id: 'skill_leak',
        name: 'leak',
        description: 'Connection\n  leaks',
        created_at,
        hidden: { files: [{ path: 'SKILL.md', blob: page.key, size: page.size, executable: false }] },
      }),
    ],
  });
  await it.send(say('go'));
  await it.idle('end_turn');
  expect(it.requests[0]?.system).toBe(
    'You test.\n\n# Files\nMounted read-only in the sandbox:\n- /mnt/session/uploads/log.jsonl\n\n' +
      '# Skills\nRead the SKILL.md of a skill with the read tool before you use it:\n' +
      '- leak: Connection leaks (/mnt/skills/leak/SKILL.md)',
  );
  expect(it.requests[1]?.system).toBe(it.requests[0]?.system);
  expect(it.requests[0]?.tools.map((tool) => tool.name)).toEqual(['bash', 'read', 'write', 'edit', 'glob', 'grep']);
  const results = (await it.find('agent.tool_result')).map((result) => result.content);
  expect(results).toEqual([[{ type: 'text', text: '# Leak\nLook at the pool.' }], [{ type: 'text', text: '2' }]]);
  await it.close();
});

test('a file named in a message reaches the model as its bytes; one that is gone, or of a kind no model reads, is said to be so', async () => {
  const it = await stage({ script: [{ blocks: [{ text: 'seen' }] }] });
  const { blobs, store } = it.ports;
  const { key } = await blobs.put(once('PNG'), 100);
  const body = { id: 'file_1', type: 'file', mime_type: 'image/png', hidden: { blob: key } };
  await store.commit({
    puts: [{ doc: { kind: 'file', id: 'file_1', workspace, parent: null, createdAt: 0, archived: false, body } }],
  });
  const drawing = { ...body, id: 'file_3', mime_type: 'image/tiff' };
  await store.commit({
    puts: [
      { doc: { kind: 'file', id: 'file_3', workspace, parent: null, createdAt: 0, archived: false, body: drawing } },
    ],
  });
  const image = (file_id: `file_${string}`) => ({ type: 'image' as const, source: { type: 'file' as const, file_id } });
  await it.send({ type: 'user.message', content: [image('file_1'), image('file_2'), image('file_3')] });
  await it.idle('end_turn');
  expect(it.requests[0]?.messages[0]?.content).toEqual([
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: Buffer.from('PNG').toString('base64') } },
    { type: 'text', text: '[file file_2 no longer exists]' },
    {
      type: 'text',
      text: expect.stringMatching(/file_3 is not shown: image\/tiff is no image that models read: .*png/),
    },
  ]);
  await it.close();
});
