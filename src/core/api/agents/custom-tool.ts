/** Custom tools: names, descriptions and input schemas that every model takes. */
import { z } from 'zod';

export const BUILTIN = ['bash', 'read', 'write', 'edit', 'glob', 'grep', 'web_fetch', 'web_search'] as const;

const name = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be 1 to 128 letters, digits, underscores or hyphens')
  .refine((text) => !BUILTIN.some((builtin) => builtin === text), 'is the name of a built-in tool')
  .refine((text) => !text.startsWith('mcp__'), 'must not begin with mcp__');

const inputSchema = z
  .looseObject({ type: z.literal('object', { error: 'must be "object"' }) })
  .superRefine((schema, context) => {
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message });
    for (const keyword of ['oneOf', 'anyOf', 'allOf']) {
      if (keyword in schema) refuse(`must not have ${keyword} at its top level`);
    }
    if (mentionsReference(schema)) refuse('must not contain references ($ref, $dynamicRef, $recursiveRef)');
    for (const property of Object.keys(asObject(schema.properties))) {
      if (!/^[A-Za-z0-9_.-]{1,64}$/.test(property)) refuse(`property name "${property.slice(0, 64)}" is not allowed`);
    }
  });

export const customTool = z.object({
  type: z.literal('custom'),
  name,
  description: z.string().min(1).max(1024),
  input_schema: inputSchema,
});

const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'];

function mentionsReference(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(mentionsReference);
  return Object.entries(asObject(value)).some(([key, inner]) => REFERENCES.includes(key) || mentionsReference(inner));
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
