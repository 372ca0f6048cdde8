/** The tools of the top-level folder `tools/`: one file, one tool. Read once, at start. */
import { readdir } from 'node:fs/promises';
import type { Tool } from './sre/tool.ts';

const FOLDER = new URL('../tools/', import.meta.url);

/** Throws, naming the file, for a module that exports no tool or one whose name is taken. */
export async function loadTools(folder: URL = FOLDER): Promise<Map<string, Tool<unknown>>> {
  const names = (await readdir(folder)).filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts')).sort();
  const modules = await Promise.all(names.map((name): Promise<unknown> => import(new URL(name, folder).href)));
  const tools = new Map<string, Tool<unknown>>();
  for (const [index, name] of names.entries()) {
    const tool = toolIn(modules[index]);
    if (tool === null) throw new Error(`tools/${name} exports no \`tool\` made with defineTool`);
    if (tools.has(tool.name)) throw new Error(`tools/${name}: there is another tool named ${tool.name}`);
    tools.set(tool.name, tool);
  }
  return tools;
}

/** Guaranteed by `defineTool` for modules that type-check; the shape is looked at for those that were never checked. */
function toolIn(module: unknown): Tool<unknown> | null {
  if (typeof module !== 'object' || module === null || !('tool' in module)) return null;
  const { tool } = module;
  const isTool = typeof tool === 'object' && tool !== null && 'name' in tool && 'effect' in tool && 'input' in tool;
  return isTool ? (tool as Tool<unknown>) : null;
}
