import type { McpTool } from '../../ports/mcp.ts';

interface Listed {
  name: string;
  description?: string | undefined;
  inputSchema: Record<string, unknown>;
}

/** Nothing but plain ASCII, so that no name can look like another. */
const NAME = /^[A-Za-z0-9_.-]{1,128}$/;
const MAX_TOOLS = 256;
const MAX_SCHEMA_CHARACTERS = 64_000;
const MAX_SCHEMA_DEPTH = 32;
const MAX_DESCRIPTION = 4_000;

/** The tools that may be shown to a model: named plainly and once, with a schema of sane size. The others are left out. */
export function acceptable(listed: readonly Listed[]): McpTool[] {
  const names = new Set<string>();
  const tools: McpTool[] = [];
  for (const { name, description = '', inputSchema } of listed) {
    if (tools.length === MAX_TOOLS) break;
    if (!NAME.test(name) || names.has(name)) continue;
    if (depthOf(inputSchema) > MAX_SCHEMA_DEPTH || JSON.stringify(inputSchema).length > MAX_SCHEMA_CHARACTERS) continue;
    names.add(name);
    const cut = description.length > MAX_DESCRIPTION;
    tools.push({
      name,
      description: cut ? `${description.slice(0, MAX_DESCRIPTION)} [cut]` : description,
      inputSchema,
    });
  }
  return tools;
}

function depthOf(value: unknown): number {
  let depth = 0;
  for (let level = [value]; level.length > 0; depth += 1) {
    if (depth > MAX_SCHEMA_DEPTH) return depth;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return depth;
}
