/**
 * A custom tool call → its result. Read tools run now and become evidence; a finding is checked and stored, hypotheses
 * are kept; a write becomes a proposal, and no result goes back until a person has decided.
 */
import { z } from 'zod';
import { type Answering, refuse } from './answering.ts';
import type { Incident } from './incident.ts';
import { propose } from './propose.ts';
import { report } from './report.ts';
import { type Caller, refusalOf } from './session/caller.ts';
import type { Reply, ToolUse } from './session/reply.ts';
import { takeEvidence } from './take-evidence.ts';
import type { ToolWorld } from './tool.ts';
import { weigh } from './weigh.ts';

const TOOL_TIMEOUT_MS = 20_000;

/** Null while a person is being asked. Never throws for what the model or a source did wrong. */
export async function answer(
  answering: Answering,
  incident: Incident,
  use: ToolUse,
  caller: Caller,
): Promise<Reply | null> {
  const tool = answering.tools.get(use.name);
  if (tool === undefined)
    return refuse(`there is no tool ${use.name}; use one of ${[...answering.tools.keys()].join(', ')}`);
  const why = refusalOf(caller, tool);
  if (why !== null) return refuse(why);
  const input = tool.input.safeParse(use.input);
  if (!input.success) return refuse(`bad input for ${use.name}: ${z.prettifyError(input.error).slice(0, 2000)}`);
  switch (tool.effect) {
    case 'read':
      return takeEvidence(
        answering,
        incident,
        use,
        (world) => tool.run(input.data, world),
        toolWorld(answering, incident),
      );
    case 'report':
      return report(answering, incident, use, input.data);
    case 'note':
      return weigh(answering, incident, use, input.data);
    case 'write':
      return propose(answering, incident, use, () => tool.run(input.data, toolWorld(answering, incident)));
  }
}

function toolWorld({ sources, signal, link }: Answering, incident: Incident): ToolWorld {
  const { now, ...ports } = sources;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TOOL_TIMEOUT_MS)]);
  return {
    ...ports,
    incident,
    now: now(),
    page: link?.(incident.id) ?? null,
    signal: limited,
  };
}
