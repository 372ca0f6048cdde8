/**
 * One investigation without server, session or core: the analyst's own loop, the real tools over a real world, and
 * evidence in memory. Measures what matters: the cause, claims without support, seconds.
 */
import { createHash } from 'node:crypto';
import { payload, readAlerts } from '../../src/adapters/alertmanager/payload.ts';
import type { World } from '../../src/adapters/folder/index.ts';
import { analyst } from '../../src/sre/analyst/index.ts';
import type { ModelBlock, ModelChunk, ModelMessage, ModelRequest } from '../../src/sre/analyst/model.ts';
import { type Brief, briefAlerts, renderBrief } from '../../src/sre/brief.ts';
import { checkFinding, checkStatements, type Unsupported } from '../../src/sre/check-finding.ts';
import type { Evidence } from '../../src/sre/evidence.ts';
import { type Finding, finding as findingShape } from '../../src/sre/finding.ts';
import { type Hypothesis, hypothesisNotes } from '../../src/sre/hypothesis.ts';
import type { Incident } from '../../src/sre/incident.ts';
import type { Forge } from '../../src/sre/ports/forge.ts';
import { resultOf } from '../../src/sre/take-evidence.ts';
import type { Tool, ToolWorld } from '../../src/sre/tool.ts';
import { applyNotes } from '../../src/sre/weighing/apply-notes.ts';
import { loadTools } from '../../src/tools.ts';
import { anIncident } from './nouns.ts';

export interface Investigation {
  finding: Finding | null;
  /** Everything that was sent back, over all reports. */
  sentBack: Unsupported[];
  evidence: Evidence[];
  hypotheses: Hypothesis[];
  said: string[];
  proposals: Record<string, unknown>[];
  messages: ModelMessage[];
  responses: number;
  seconds: number;
}
/** What comes back for a report. */
export type Check = (finding: Finding, evidence: readonly Evidence[]) => Unsupported[];
export type Decide = (input: Record<string, unknown>) => { isError: boolean; body: unknown };

const approve: Decide = () => ({
  isError: false,
  body: { decision: 'approved', pull_request: { url: 'file:///pulls/1', number: 1, branch: 'vigil/x' } },
});

export async function investigate(
  world: World,
  options: { decide?: Decide; check?: Check; system?: string; files?: Record<string, string> } = {},
): Promise<Investigation> {
  const began = performance.now();
  const tools = await loadTools();
  const mind = analyst();
  const out: Investigation = {
    finding: null,
    sentBack: [],
    evidence: [],
    hypotheses: [],
    said: [],
    proposals: [],
    messages: [{ role: 'user', content: [{ type: 'text', text: renderBrief(briefOf(world)) }] }],
    responses: 0,
    seconds: 0,
  };
  const specs = [...tools.keys(), 'read'].map((name) => ({ name, description: '', input_schema: {} }));
  for (out.responses = 1; out.responses < 60; out.responses++) {
    const request: ModelRequest = {
      model: 'vigil-analyst',
      effort: 'low',
      speed: 'standard',
      system: options.system ?? '',
      messages: out.messages,
      tools: specs,
      maxTokens: 8000,
    };
    const content = await blocksOf(
      mind.respond(request, { recorded: Promise.resolve(), signal: new AbortController().signal }),
    );
    out.messages.push({ role: 'assistant', content });
    const results: ModelBlock[] = [];
    for (const block of content) {
      if (block.type === 'text') out.said.push(block.text);
      if (block.type === 'tool_use') results.push(await answer(block, tools, world, out, options));
    }
    if (results.length === 0) break;
    out.messages.push({ role: 'user', content: results });
  }
  out.seconds = (performance.now() - began) / 1000;
  return out;
}

async function blocksOf(chunks: AsyncIterable<ModelChunk>): Promise<ModelBlock[]> {
  const blocks: ModelBlock[] = [];
  for await (const chunk of chunks) if (chunk.type === 'block') blocks.push(chunk.block);
  return blocks;
}

export function briefOf(world: World): Brief {
  return {
    incident: 'inc_test',
    now: world.now.toISOString(),
    alerts: briefAlerts(readAlerts(payload.parse(JSON.parse(world.alert.toString('utf8'))))),
    log_file: null,
    can_open_pull_request: true,
  };
}

type Use = Extract<ModelBlock, { type: 'tool_use' }>;

async function answer(
  use: Use,
  tools: Map<string, Tool<unknown>>,
  world: World,
  out: Investigation,
  options: { decide?: Decide; check?: Check; files?: Record<string, string> },
): Promise<ModelBlock> {
  if (use.name === 'read') {
    const text = options.files?.[String(use.input.file_path)];
    return result(use, text === undefined, text ?? 'no such file');
  }
  const tool = tools.get(use.name);
  const input = tool?.input.safeParse(use.input);
  if (tool === undefined || input?.success !== true)
    return reply(use, true, { error: `bad input for ${use.name}: ${input?.error?.message ?? 'no such tool'}` });
  switch (tool.effect) {
    case 'read': {
      const answered = await resultOf((limited) => tool.run(input.data, limited), toolWorld(world));
      if (!answered.ok) return reply(use, true, answered);
      const { source, range, truncated = false, warnings = [], data } = answered;
      const content = JSON.stringify({ source, range, truncated, warnings, data });
      const id = `E${out.evidence.length + 1}` as const;
      out.evidence.push(evidenceOf(id, use, content, range, source));
      return reply(use, false, { evidence: id, ...JSON.parse(content) });
    }
    case 'report': {
      const reported = findingShape.parse(input.data);
      const unsupported = (options.check ?? checkFinding)(reported, out.evidence);
      if (unsupported.length > 0) {
        out.sentBack.push(...unsupported);
        return reply(use, true, { error: 'these statements are not supported', unsupported });
      }
      out.finding = reported;
      return reply(use, false, { accepted: true });
    }
    case 'note': {
      const { hypotheses } = hypothesisNotes.parse(input.data);
      const said = hypotheses.map(({ why, evidence: ids }, at) => ({
        where: String(at),
        text: why ?? '',
        ids,
        name: null,
      }));
      out.sentBack.push(...checkStatements(said, out.evidence));
      const noted = applyNotes(out.hypotheses, hypotheses, [], '2026-01-01T00:00:00.000Z');
      out.hypotheses = [...noted.hypotheses];
      return reply(use, noted.refused.length > 0, { noted: noted.noted, refused: noted.refused });
    }
    case 'write': {
      out.proposals.push(use.input);
      const { isError, body } = (options.decide ?? approve)(use.input);
      return reply(use, isError, body);
    }
  }
}

function evidenceOf(id: Evidence['id'], use: Use, content: string, range: Evidence['range'], source: string): Evidence {
  return {
    id,
    incident: 'inc_test',
    toolUseId: use.id,
    tool: use.name,
    query: use.input,
    range,
    fetchedAt: '2026-01-01T00:00:00.000Z',
    hash: createHash('sha256').update(content).digest('hex'),
    content,
    source,
    url: null,
    truncated: false,
  };
}

function reply(use: Use, isError: boolean, body: unknown): ModelBlock {
  return result(use, isError, JSON.stringify(body));
}
function result(use: Use, isError: boolean, text: string): ModelBlock {
  return { type: 'tool_result', tool_use_id: use.id, is_error: isError, content: [{ type: 'text', text }] };
}

export function toolWorld(world: World): ToolWorld {
  return {
    incident: incident(world),
    now: world.now,
    metrics: world.metrics,
    logs: world.logs,
    changes: world.changes,
    topology: world.topology,
    traces: world.traces,
    pastAlerts: world.pastAlerts,
    pastIncidents: world.pastIncidents,
    forge: noForge,
    signal: new AbortController().signal,
  };
}

const noForge: Forge = {
  prepare: async () => ({ ok: false, why: 'no_repository', detail: 'there is none in this test' }),
  open: async () => ({ ok: false, why: 'unreachable', detail: 'there is none in this test' }),
};

function incident(world: World): Incident {
  return anIncident({
    ...{ id: 'inc_test', source: world.alertSource, groupKey: 'test', title: world.name, service: null },
    ...{ openedAt: world.now.toISOString(), alerts: [], state: { is: 'investigating' } },
  });
}
