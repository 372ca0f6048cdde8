/** The statistical ranking of one recorded incident: the analyst's plan and all metrics, without session, model or store. */
import { payload, readAlerts } from './adapters/alertmanager/payload.ts';
import { openWorld, type World } from './adapters/folder/index.ts';
import { unconfiguredForge } from './adapters/unconfigured/index.ts';
import { alertService, alertStart, speaksOfProbe } from './sre/analyst/brief-words.ts';
import { rankWorld, type WorldRanking } from './sre/analyst/rank-world.ts';
import { type Brief, briefAlerts } from './sre/brief.ts';
import { mint } from './sre/ids.ts';
import { opened } from './sre/placing/place.ts';
import type { Topology } from './sre/ports/topology.ts';
import { kindOf } from './sre/ranking/family.ts';
import { joined } from './sre/ranking/join.ts';
import { rankServices } from './sre/ranking/rank-services.ts';
import { type Calls, completed } from './sre/stats/graph-walk.ts';
import type { Tool, ToolResult, ToolWorld } from './sre/tool.ts';
import { loadTools } from './tools.ts';

/** Throws `WorldError` for a folder that is no world, and says which file is wrong. */
export async function rankFolder(dir: string): Promise<WorldRanking> {
  const world = await openWorld(dir);
  const brief = briefFor(world);
  const judged = await rankWorld(brief, await toolsFor(world));
  const { signal } = new AbortController();
  const calls = await callsOf(world.topology, signal);
  const question = { at: alertStart(brief), now: world.now.getTime(), service: alertService(brief, calls), calls };
  return joined(
    judged,
    await rankServices(world.metrics, question, signal),
    speaksOfProbe(brief) || speaksOfLevel(brief),
  );
}

/** About how full something is: that is reached over days, and nothing need depart when it is. */
function speaksOfLevel({ alerts }: Brief): boolean {
  return alerts.some(({ name }) => ['resource', 'memory'].includes(kindOf(name, {}, '')?.family ?? ''));
}

async function callsOf(topology: Topology, signal: AbortSignal): Promise<Calls> {
  const answer = await topology.graph(signal);
  if (answer.status === 'unavailable') return new Map();
  return completed(new Map(answer.data.map(({ name, dependsOn }) => [name, dependsOn])));
}

export function briefFor(world: World): Brief {
  return {
    incident: incidentOf(world).id,
    now: world.now.toISOString(),
    alerts: briefAlerts(alertsOf(world)),
    log_file: null,
    can_open_pull_request: false,
  };
}

/** Asks a read tool of this world, by name. */
export async function toolsFor(world: World): Promise<(name: string, input: unknown) => Promise<ToolResult>> {
  const tools = await loadTools();
  const { now, metrics, logs, changes, topology, traces, pastAlerts, pastIncidents } = world;
  const signal = new AbortController().signal;
  const forge = unconfiguredForge();
  const from = { now, metrics, logs, changes, topology, traces, pastAlerts, pastIncidents, forge, signal };
  const toolWorld: ToolWorld = { incident: incidentOf(world), ...from };
  return (name, input) => askRead(tools.get(name), input, toolWorld);
}

function alertsOf(world: World) {
  return readAlerts(payload.parse(JSON.parse(world.alert.toString('utf8'))));
}

function incidentOf(world: World): ToolWorld['incident'] {
  const [first] = alertsOf(world);
  if (first === undefined) throw new Error(`the alert of ${world.name} holds no alert`);
  return opened(mint('inc', world.now.getTime()), first, first.groupKey, world.now.toISOString()).incident;
}

async function askRead(tool: Tool<unknown> | undefined, input: unknown, world: ToolWorld): Promise<ToolResult> {
  if (tool?.effect !== 'read') return { ok: false, error: 'no such read tool', source: 'rank', kind: 'bad_input' };
  const asked = tool.input.safeParse(input);
  if (!asked.success) return { ok: false, error: asked.error.message, source: tool.name, kind: 'bad_input' };
  return tool.run(asked.data, world);
}
