/** The same demo on a language model: real HTTP to a server that speaks the Messages API, which is told what to say. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fakeAnthropic, type Reply } from '../kit/fake-anthropic.ts';
import { runCli } from '../kit/run-cli.ts';

const calls = (id: string, tool: string, input: object): Reply => ({
  blocks: [{ text: 'Looking.' }, { tool, id, json: JSON.stringify(input) }],
  stop: 'tool_use',
});

function finding(claim: string, evidence: string[]): object {
  return {
    outcome: 'inconclusive',
    summary: 'Not known yet what makes checkout slow.',
    cause: null,
    trigger: null,
    onset: null,
    confidence: 'low',
    blast_radius: 'checkout',
    claims: [{ text: claim, evidence }],
    ruled_out: [],
    suspects: [],
    proposed_actions: [],
    would_change_my_mind: 'a change of checkout near the onset',
    could_not_access: [],
  };
}

test('with a key the demo runs on that model, says which, and what the model makes up does not get through', async () => {
  const model = await fakeAnthropic(
    calls('toolu_1', 'get_recent_changes', { service: 'checkout' }),
    calls('toolu_2', 'report_finding', finding('A deploy went out 4711 minutes before.', ['E1'])),
    calls('toolu_3', 'report_finding', finding('Changes of checkout were looked at.', ['E1'])),
    { blocks: [{ text: 'I could not find the cause.' }] },
  );
  onTestFinished(() => model.close());
  const data = await mkdtemp(join(tmpdir(), 'vigil-demo-test-'));
  const { code, stdout, stderr } = await runCli(['demo', '--approve', '--json', '--data', data], {
    env: { ANTHROPIC_API_KEY: 'sk-ant-of-the-test', ANTHROPIC_BASE_URL: model.url, VIGIL_MODEL: 'claude-sonnet-4-6' },
    timeoutMs: 60_000,
  });
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    {
      model: 'claude-sonnet-4-6',
      outcome: 'inconclusive',
      claims: [{ text: 'Changes of checkout were looked at.', evidence: ['E1'] }],
      unsupported_claims: 0,
      action: null,
      pull_request: null,
    },
  ]);
  expect(stderr).toContain('model claude-sonnet-4-6');
  expect(stdout + stderr).not.toContain('sk-ant-of-the-test');
  expect(model.requests.map(({ headers }) => headers.authorization)).toEqual(
    Array(4).fill('Bearer sk-ant-of-the-test'),
  );
  expect(model.requests.map(({ body }) => body.model)).toEqual(Array(4).fill('claude-sonnet-4-6'));
  // Sent back with the reason: the number is in no evidence.
  expect(JSON.stringify(model.requests[2]?.body)).toMatch(/4711[^}]*is not in/);
}, 90_000);
