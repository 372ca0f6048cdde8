/** The built-in tools that run in the sandbox: what the model is told, and what input is accepted. */
import { z } from 'zod';
import type { ModelTool } from '../../ports/model.ts';
import type { SandboxTool } from '../../ports/sandbox.ts';

interface Builtin {
  description: string;
  input: z.ZodType<Record<string, unknown>>;
  /** Reading changes nothing, so that a call cut off by a crash may simply run again. */
  effect: 'read' | 'write';
}

const path = z.string().min(1);

export const builtins: Record<SandboxTool, Builtin> = {
  bash: {
    description:
      'Run a command in a shell. Working directory, variables and files persist between calls; the network is closed but for what the environment allows. `restart: true` starts a fresh shell. A command is stopped after timeout_ms (default 120000).',
    input: z.object({
      command: z.string().optional(),
      restart: z.boolean().optional(),
      timeout_ms: z.number().int().min(1).max(600_000).optional(),
    }),
    effect: 'write',
  },
  read: {
    description:
      'Read a UTF-8 text file. view_range [start, end] picks lines, counted from 1, both included; end <= 0 means to the end of the file.',
    input: z.object({ file_path: path, view_range: z.array(z.number().int()).length(2).optional() }),
    effect: 'read',
  },
  write: {
    description: 'Write a UTF-8 text file, replacing what was there; missing directories are made.',
    input: z.object({ file_path: path, content: z.string() }),
    effect: 'write',
  },
  edit: {
    description: 'Replace old_string by new_string in a file. It must occur exactly once unless replace_all is true.',
    input: z.object({
      file_path: path,
      old_string: z.string().min(1),
      new_string: z.string(),
      replace_all: z.boolean().optional(),
    }),
    effect: 'write',
  },
  glob: {
    description: 'List files matching a pattern such as **/*.ts under a directory, newest first, at most 200.',
    input: z.object({ pattern: path, path: path.optional() }),
    effect: 'read',
  },
  grep: {
    description: 'Search files under a path for a regular expression; prints file, line number and line.',
    input: z.object({ pattern: path, path: path.optional() }),
    effect: 'read',
  },
};

/** In the order the model sees them, which must not change from request to request. */
export const builtinNames: readonly SandboxTool[] = ['bash', 'read', 'write', 'edit', 'glob', 'grep'];

export function isBuiltin(name: string): name is SandboxTool {
  return Object.hasOwn(builtins, name);
}

const described = new Map(builtinNames.map((name) => [name, describe(name)]));

export function builtinTool(name: SandboxTool): ModelTool {
  return described.get(name) ?? describe(name);
}
function describe(name: SandboxTool): ModelTool {
  const { $schema, ...schema } = z.toJSONSchema(builtins[name].input, { io: 'input' });
  return { name, description: builtins[name].description, input_schema: schema };
}
