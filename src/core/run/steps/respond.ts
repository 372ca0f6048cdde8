/** One response as lines of the log: thinking, message, tool uses, the end of the request, refusals of impossible calls. */
import type { EventId } from '../../ids.ts';
import { mint } from '../../ids.ts';
import type { ModelBlock } from '../../ports/model.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { errorResult, stamp } from '../draft.ts';
import { listCost } from '../prices.ts';
import type { Aside, Memo, Part } from '../state/memo.ts';
import { type Ruling, rule } from '../tools/evaluate.ts';
import type { Staged, Turn } from '../turn.ts';
import { advisorOfTurn } from './consult.ts';
import { carryOut, rosterOfTurn } from './coordinate.ts';
import type { Response } from './listen.ts';
import { looksUp } from './prepare.ts';

type ToolUse = Extract<ModelBlock, { type: 'tool_use' }>;

export function responseLines(turn: Turn, start: EventId, response: Response): Staged {
  const { end } = response;
  const blocks = end.stop === 'refusal' ? [] : withinCalls(response.blocks, turn.limits.callsPerAnswer);
  const texts = blocks.filter((block) => block.type === 'text').filter((block) => block.text !== '');
  const thought = blocks.some(isThinking);
  const calls = rulings(turn, response, blocks);
  const orders = carryOut(turn, calls.filter(isAside));
  const parts = layOut(blocks, calls, orders.asides);
  const now = turn.now();
  const memo: Memo = {
    kind: 'answer',
    stop: end.stop,
    parts,
    cost: listCost(turn.agent().model, end.usage),
    refusal: end.refusal ?? null,
  };
  const rows: NewLogRow[] = [
    ...(thought ? [{ event: { ...stamp(now), id: response.thinking, type: 'agent.thinking' as const } }] : []),
    ...(texts.length > 0
      ? [{ event: { ...stamp(now), id: response.message, type: 'agent.message' as const, content: texts } }]
      : []),
    ...calls.flatMap(({ id, use, ruling }) => useRow(id, use, ruling, now)),
    {
      event: {
        ...stamp(now),
        type: 'span.model_request_end',
        model_request_start_id: start,
        is_error: false,
        model_usage: end.usage,
      },
      memo,
    },
    ...calls.flatMap(({ id, ruling }) =>
      ruling.kind === 'refused' ? [{ event: errorResult(id, ruling.why, now) }] : [],
    ),
  ];
  return { ...orders.staged, rows: [...rows, ...orders.staged.rows] };
}

interface Ruled {
  id: EventId;
  use: ToolUse;
  ruling: Ruling;
}

function rulings(turn: Turn, response: Response, blocks: readonly ModelBlock[]): Ruled[] {
  const agent = {
    tools: turn.agent().tools,
    environment: turn.body().hidden.environment,
    offers: turn.offers(),
    coordinates: rosterOfTurn(turn) !== null,
    advised: advisorOfTurn(turn) !== null,
    looksUp: looksUp(turn),
  };
  const last = response.blocks.at(-1);
  const most = turn.limits.callsPerAnswer;
  const made = response.blocks.filter((block) => block.type === 'tool_use').length;
  return blocks
    .filter((block) => block.type === 'tool_use')
    .map((use) => {
      const cut = response.end.stop === 'max_tokens' && use === last;
      return { id: mint('sevt', turn.now()), use, ruling: rule(agent, use, cut) };
    })
    .map((ruled, place) =>
      place < most ? ruled : { ...ruled, ruling: { kind: 'refused', why: tooMany(made, most) } },
    );
}

/** All but calls, and as many calls as may be made and one more, which says that there were too many. */
function withinCalls(blocks: readonly ModelBlock[], most: number): ModelBlock[] {
  let calls = 0;
  return blocks.filter((block) => block.type !== 'tool_use' || calls++ <= most);
}

function tooMany(made: number, most: number): string {
  return `There were too many calls in one answer: ${made}, of which the first ${most} were carried out. Make the others again if they are still needed.`;
}

function layOut(blocks: readonly ModelBlock[], calls: readonly Ruled[], asides: readonly Aside[]): Part[] {
  let texts = 0;
  return blocks.flatMap((block): Part[] => {
    if (isThinking(block)) return [{ thinking: block }];
    if (block.type === 'text') return block.text === '' ? [] : [{ text: texts++ }];
    const call = calls.find(({ use }) => use === block);
    const aside = asides.find(({ id }) => id === call?.id);
    if (aside !== undefined) return [{ aside }];
    return call === undefined ? [] : [{ call: call.id }];
  });
}

function isThinking(block: ModelBlock): boolean {
  return block.type === 'thinking' || block.type === 'redacted_thinking';
}

function isAside({ ruling }: Ruled): boolean {
  return ruling.kind === 'aside';
}

function useRow(id: EventId, use: ToolUse, ruling: Ruling, now: number): NewLogRow[] {
  const { name, input } = use;
  const common = { ...stamp(now), id, name, input };
  switch (ruling.kind) {
    case 'aside':
      return [];
    case 'custom':
      return [{ event: { ...common, type: 'agent.custom_tool_use' }, memo: { kind: 'call', by: 'client' } }];
    case 'builtin':
      return [
        {
          event: {
            ...common,
            type: 'agent.tool_use',
            evaluated_permission: ruling.permission,
            evaluation: ruling.evaluation,
          },
          memo: { kind: 'call', by: ruling.by },
        },
      ];
    case 'mcp': {
      const { server, tool, permission, evaluation } = ruling;
      return [
        {
          event: {
            ...common,
            type: 'agent.mcp_tool_use',
            mcp_server_name: server,
            name: tool,
            evaluated_permission: permission,
            evaluation,
          },
          memo: { kind: 'call', by: 'hands' },
        },
      ];
    }
    case 'refused':
      return [
        {
          event: { ...common, type: 'agent.tool_use', evaluated_permission: 'deny' },
          memo: { kind: 'call', by: 'hands' },
        },
      ];
  }
}
