/** A tool of ours as the wire describes it. Pure. */
import { z } from 'zod';
import type { Tool } from '../tool.ts';

export function customTool(tool: Tool<unknown>) {
  return {
    type: 'custom' as const,
    name: tool.name,
    description: tool.description,
    input_schema: inputSchema(tool),
  };
}

/** Throws for an input that is no object: the wire takes nothing else. */
export function inputSchema(tool: Pick<Tool<unknown>, 'name' | 'input'>): {
  type: 'object';
  [keyword: string]: unknown;
} {
  const {
    $schema: _dialect,
    type,
    ...schema
  } = z.toJSONSchema(tool.input, {
    target: 'draft-7',
    io: 'input',
    reused: 'inline',
    unrepresentable: 'any',
  });
  if (type !== 'object') throw new Error(`the input of tool ${tool.name} must be a z.object`);
  return { type, ...schema };
}
