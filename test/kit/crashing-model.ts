/** A short investigation by heart: looks, runs a command, reports, proposes, ends. Plays by place, so a crash repeats a line. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Script, scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import type { Model, ModelBlock, ModelRequest } from '../../src/core/ports/model.ts';

export const MODEL = 'scripted-investigator';
/** What the sandbox is asked to do: not to be done twice. */
export const COMMAND = 'echo charged >> /tmp/ledger && cat /tmp/ledger';

export function investigator(thinkMs = 0): Model {
  return scriptedModel(async (request) => {
    await sleep(thinkMs);
    if (request.tools.length === 0) return { blocks: [{ text: agreeing(request) }] };
    return lines[spoken(request)]?.(request) ?? { blocks: [{ text: 'Nothing more.' }] };
  });
}

type Play = Extract<Script, (request: ModelRequest, signal: AbortSignal) => unknown>;

const lines: ((request: ModelRequest) => ReturnType<Play>)[] = [
  () => ({
    blocks: [
      { text: 'Looking.' },
      { tool: 'list_metrics', input: { match: '' } },
      { tool: 'get_recent_changes', input: {} },
    ],
  }),
  () => ({ blocks: [{ tool: 'bash', input: { command: COMMAND } }] }),
  (request) => ({ blocks: [{ tool: 'report_finding', input: finding(evidenceIn(request)) }] }),
  (request) => ({
    blocks: [
      {
        tool: 'open_pull_request',
        input: {
          title: 'Revert the smaller pool',
          why: 'Requests wait for a connection since the pool became smaller.',
          change: { revert: 'deploy-pool' },
          runbook: null,
          evidence: evidenceIn(request),
        },
      },
    ],
  }),
  () => ({ blocks: [{ text: 'Done.' }] }),
];

function spoken({ messages }: ModelRequest): number {
  return messages.filter(({ role }) => role === 'assistant').length;
}

function evidenceIn({ messages }: ModelRequest): string[] {
  const text = messages.flatMap(({ content }) => content.map(textOf)).join('\n');
  return [...new Set(text.match(/(?<="evidence":")E\d+/g) ?? [])];
}

/** What the second reader says, who has no tools: each line of the rubric is supported. */
function agreeing({ messages }: ModelRequest): string {
  const asked = messages.flatMap(({ content }) => content.map(textOf)).join('\n');
  const places = [...asked.matchAll(/"where":"([^"]+)"/g)].map(([, where]) => where);
  const why = 'It is in the evidence.';
  return JSON.stringify({ verdicts: places.map((where) => ({ where, verdict: 'supported', why })) });
}

function textOf(block: ModelBlock): string {
  if (block.type === 'text') return block.text;
  return block.type === 'tool_result' ? block.content.map(textOf).join('\n') : '';
}

function finding(evidence: string[]) {
  return {
    outcome: 'root_cause_identified',
    summary: 'Checkout waits for connections since its pool became smaller.',
    cause: { service: 'checkout', change_id: 'deploy-pool', kind: 'deploy', mechanism: 'Too few connections.' },
    trigger: null,
    onset: null,
    confidence: 'medium',
    blast_radius: 'checkout',
    claims: [{ text: 'The change deploy-pool went to checkout.', evidence }],
    ruled_out: [],
    suspects: [{ id: 'deploy-pool', score: 1 }],
    proposed_actions: [],
    would_change_my_mind: 'A pool that is not used up.',
    could_not_access: [],
  };
}
