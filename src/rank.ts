/** The statistical ranking of one recorded incident: the tools and the analyst's plan, without session, model or store. */
import { payload, readAlerts } from './adapters/alertmanager/payload.ts';
import { openWorld } from './adapters/folder/index.ts';
import { unconfiguredForge } from './adapters/unconfigured/index.ts';
import { rankWorld, type WorldRanking } from './sre/analyst/rank-world.ts';
import { briefAlerts } from './sre/brief.ts';
import { mint } from './sre/ids.ts';
import { opened } from './sre/place.ts';
import type { Tool, ToolResult, ToolWorld } from './sre/tool.ts';
import { loadTools } from './tools.ts';

/** Throws `WorldError` for a folder that is no world, and says which file is wrong. */
export async function rankFolder(dir: string): Promise<WorldRanking> {
  const [world, tools] = await Promise.all([openWorld(dir), loadTools()]);
  const alerts = readAlerts(payload.parse(JSON.parse(world.alert.toString('utf8'))));
  const [first] = alerts;
  if (first === undefined) throw new Error(`${dir}/alert.json holds no alert`);
  const { incident } = opened(mint('inc', world.now.getTime()), first, first.groupKey, world.now.toISOString());
  const { now, metrics, logs, changes, topology } = world;
  const signal = new AbortController().signal;
  const toolWorld: ToolWorld = { incident, now, metrics, logs, changes, topology, forge: unconfiguredForge(), signal };
  const brief = {
    incident: incident.id,
    now: now.toISOString(),
    alerts: briefAlerts(alerts),
    log_file: null,
    can_open_pull_request: false,
  };
  return rankWorld(brief, (name, input) => askRead(tools.get(name), input, toolWorld));
}

async function askRead(tool: Tool<unknown> | undefined, input: unknown, world: ToolWorld): Promise<ToolResult> {
  if (tool?.effect !== 'read') return { ok: false, error: 'no such read tool', source: 'rank', kind: 'bad_input' };
  const asked = tool.input.safeParse(input);
  if (!asked.success) return { ok: false, error: asked.error.message, source: tool.name, kind: 'bad_input' };
  return tool.run(asked.data, world);
}
