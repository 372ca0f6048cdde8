/**
 * Fastify's option for servers whose routes check what they read by themselves and write their own JSON: without it
 * Fastify loads a compiler of schemas that is larger than the rest of it.
 */
export const noSchemas = { compilersFactory: { buildValidator: refuse, buildSerializer: refuse } };

function refuse(): never {
  throw new Error('a route has a Fastify schema; routes here check with zod');
}
