/** What a tool answers at length is kept whole as a file of the session; the model reads part of it and where the rest is. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FileBody } from '../../../../src/core/documents.ts';
import { faults } from '../legal.ts';
import { onStage } from '../on-stage.ts';
import { customTool, type Setting, type Stage, say, stage, toolset, workspace } from '../stage.ts';
import { pointsOf, twoLives } from '../two-lives.ts';

const on = onStage();

const limits = { outputCharacters: 300 };
const lines = Array.from({ length: 200 }, (_, index) => `line ${index + 1}`).join('\n');
const shout = { tool: 'bash', input: { command: 'for i in $(seq 1 200); do echo "line $i"; done' } };

async function filesOf(it: Stage): Promise<FileBody[]> {
  const query = { kind: 'file' as const, workspace, parent: it.session, order: 'asc' as const, limit: 100 };
  return (await it.ports.store.list<FileBody>({ ...query, includeArchived: true })).map((row) => row.body);
}
function firstPath(text: string): string {
  return /\/mnt\/session\/tool_outputs\/file_\w+\.txt/.exec(text)?.[0] ?? 'nowhere';
}

describe('the output of a tool of ours', () => {
  test('is a file, an excerpt with head and tail, and can be read on in the sandbox, but not written', async () => {
    const it = await on({
      limits,
      script: (request) => {
        const texts = request.messages.map((message) => JSON.stringify(message));
        const file_path = firstPath(texts.join());
        if (texts.length === 1) return { blocks: [shout] };
        if (texts.length > 3) return { blocks: [{ text: 'ok' }] };
        return {
          blocks: [
            { tool: 'read', input: { file_path, view_range: [100, 101] } },
            { tool: 'write', input: { file_path, content: 'forged' } },
          ],
        };
      },
    });
    await it.send(say('go'));
    await it.idle('end_turn');
    const [file, ...others] = await filesOf(it);
    expect(others).toEqual([]);
    expect(file).toMatchObject({ filename: 'bash-output.txt', size_bytes: lines.length, downloadable: true });
    const bytes = await it.ports.blobs.get(file?.hidden.blob ?? '');
    expect(new TextDecoder().decode(bytes)).toBe(lines);
    const results = (await it.find('agent.tool_result')).map((result) => JSON.stringify(result.content));
    expect(results[0]).toMatch(/line 1\\n.* of \d+ characters left out here: the whole is file_.*line 200/);
    expect(results[0]).toContain(file?.id);
    expect(results[1]).toContain('line 100');
    expect(results[2]).toMatch(/read-only/i);
    expect(it.requests.some((request) => request.tools.some((tool) => tool.name === 'session_log'))).toBe(false);
  });

  test('is there again when the sandbox is another', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'spill-'));
    const script: Setting['script'] = (request) => {
      const text = JSON.stringify(request.messages);
      if (!text.includes('left out')) return { blocks: [shout] };
      if (!text.includes('again')) return { blocks: [{ text: 'ok' }] };
      const command = `grep -c line ${firstPath(text)}`;
      return { blocks: [text.includes('grep') ? { text: 'ok' } : { tool: 'bash', input: { command } }] };
    };
    const first = await stage({ limits, directory, script });
    await first.send(say('go'));
    await first.idle('end_turn');
    await first.close();
    const it = await on({ limits, directory, script });
    await it.send(say('again'));
    await it.idle('end_turn', 2);
    expect(JSON.stringify((await it.find('agent.tool_result')).at(-1)?.content)).toContain('200');
    await rm(directory, { recursive: true, force: true });
  });

  test('is told in part, marked, when there is no place for the whole', async () => {
    const it = await on({
      limits,
      script: [{ blocks: [shout] }, { blocks: [{ text: 'ok' }] }],
      wrap: (ports) => ({ ...ports, blobs: { ...ports.blobs, put: () => Promise.reject(new Error('disk full')) } }),
    });
    await it.send(say('go'));
    await it.idle('end_turn');
    expect(JSON.stringify(await it.find('agent.tool_result'))).toMatch(/line 1\\n.*could not be kept.*line 200/);
    expect(await filesOf(it)).toEqual([]);
  });
});

test('what a client answers at length stays whole in the log; the model reads part of it and can look up the rest', async () => {
  const it = await on({
    limits,
    tools: [toolset(), customTool('ask')],
    script: (request) => {
      const text = JSON.stringify(request.messages);
      if (request.messages.length === 1) return { blocks: [{ tool: 'ask', input: {} }] };
      return { blocks: [text.includes('#') ? { text: 'ok' } : { tool: 'session_log', input: { query: 'line 100' } }] };
    },
  });
  await it.send(say('go'));
  await it.idle('requires_action');
  const [use] = await it.find('agent.custom_tool_use');
  const content = [{ type: 'text' as const, text: lines }];
  await it.send({ type: 'user.custom_tool_result', custom_tool_use_id: use?.id ?? 'sevt_', content });
  await it.idle('end_turn');
  expect((await it.find('user.custom_tool_result'))[0]?.content).toEqual(content);
  const seen = JSON.stringify(it.requests[1]?.messages);
  expect(seen).toMatch(/line 1\\n.*session_log finds and reads the whole.*line 200/);
  expect(seen).not.toContain('line 100');
  expect(JSON.stringify(await it.find('agent.tool_result'))).toContain('line 100');
  expect(await filesOf(it)).toEqual([]);
});

describe('killed at any point, an output is a file and a result, or neither', async () => {
  const setting: Setting = {
    limits: { ...limits, drainMs: 10 },
    script: [{ blocks: [shout] }, { blocks: [{ text: 'ok' }] }],
  };
  const story = {
    setting,
    begin: (it: Stage) => it.send(say('go')),
    finish: (it: Stage) => it.idle('end_turn'),
    look: async (it: Stage) => ({
      files: await filesOf(it),
      results: JSON.stringify(await it.find('agent.tool_result')),
    }),
  };
  const all = await pointsOf(story);
  const executed = all.findIndex(({ name }) => name === 'execute');

  test.each(all.slice(executed, executed + 4))('$name, call $at, after: $after', async (death) => {
    const { told, requests } = await twoLives(story, death);
    const { files, results } = told;
    for (const file of files) expect(results).toContain(file.id);
    expect(results.includes('left out here')).toBe(files.length === 1);
    if (files.length === 0) expect(results).toContain('may or may not');
    for (const request of requests) expect(faults(request.messages)).toEqual([]);
  });
});
