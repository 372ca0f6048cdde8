/** Schemas that check, as schemas that describe: JSON Schema in the dialect that OpenAPI 3.1 speaks. Pure. */
import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** What a caller sends. Rules beyond the shape stand in the documentation, and in the errors. */
export function describeBody(schema: z.ZodType): JsonSchema {
  return describe(schema, 'input');
}

/** What callers are answered, each by name and the others by reference. Fields may be added later. */
export function describeAnswers(
  answers: Readonly<Record<string, z.ZodType>>,
  refTo: (name: string) => string,
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(answers)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: refTo,
    unrepresentable: 'any',
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...described }]) => [id, described]),
  );
}

export interface Parameter {
  name: string;
  in: 'query' | 'path' | 'header';
  required: boolean;
  schema: JsonSchema;
}

/** One for each field; lists are written with brackets, as the official client writes them. */
export function describeQuery(schema: z.ZodType): Parameter[] {
  const given = describe(schema, 'input');
  const read = describe(schema, 'output');
  const required = Array.isArray(given.required) ? given.required : [];
  return Object.entries(propertiesOf(read)).map(([name, field]) => ({
    name: field.type === 'array' ? `${name}[]` : name,
    in: 'query',
    required: required.includes(name),
    schema: field,
  }));
}

function describe(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      // A field that is refused by name, whatever it holds.
      if (zodSchema._zod.def.type === 'undefined') jsonSchema.not = {};
    },
  });
  return described;
}

function propertiesOf({ properties }: JsonSchema): Record<string, JsonSchema> {
  return typeof properties === 'object' && properties !== null ? schemasIn(properties) : {};
}

/** The values of `properties` are schemas; those of queries are never the bare words true or false. */
function schemasIn(properties: object): Record<string, JsonSchema> {
  return properties as Record<string, JsonSchema>;
}
