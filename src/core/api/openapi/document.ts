/** The table of routes as an OpenAPI 3.1 document. Pure. */
import { version } from '../../../lib/version.ts';
import { betaOf } from '../betas.ts';
import type { Route } from '../route.ts';
import { nouns } from './answers/nouns.ts';
import { answerOf, describedBy, refTo } from './answers/of-route.ts';
import { describeAnswers, describeBody, describeQuery, type JsonSchema, type Parameter } from './schema.ts';

const JSON_TYPE = 'application/json';

/** What the routes that read or write the connection themselves take and give; the others speak JSON. */
const MEDIA: Readonly<Record<string, { takes?: JsonSchema; gives?: string }>> = {
  'POST /files': { takes: form({ file: binary(), expires_in_seconds: { type: 'integer' } }, ['file']) },
  'GET /files/{file_id}/content': { gives: 'application/octet-stream' },
  'POST /skills': {
    takes: form({ 'files[]': { type: 'array', items: binary() }, display_name: { type: 'string' } }, ['files[]']),
  },
  'POST /skills/{skill_id}/versions': { takes: form({ 'files[]': { type: 'array', items: binary() } }, ['files[]']) },
  'GET /skills/{skill_id}/versions/{version}/content': { gives: 'application/zip' },
  'GET /sessions/{session_id}/events/stream': { gives: 'text/event-stream' },
  'GET /sessions/{session_id}/stream': { gives: 'text/event-stream' },
  'GET /sessions/{session_id}/threads/{thread_id}/stream': { gives: 'text/event-stream' },
  'POST /messages': { takes: json({ type: 'object' }) },
  'POST /messages/count_tokens': { takes: json({ type: 'object' }) },
};

export function openApiDocument(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = templateOf(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, path) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Managed Agents API',
      version: version(),
      description: 'Written from the schemas that check requests. Endpoints under /admin are additions of this server.',
    },
    servers: [{ url: '/v1' }],
    security: [{ bearer: [] }, { key: [] }],
    paths,
    components: {
      schemas: describeAnswers(nouns, refTo),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
      responses: { Error: { description: 'Why it was refused', content: { [JSON_TYPE]: { schema: ERROR } } } },
    },
  };
}

const ERROR: JsonSchema = {
  type: 'object',
  required: ['type', 'error', 'request_id'],
  properties: {
    type: { const: 'error' },
    error: {
      type: 'object',
      required: ['type', 'message'],
      properties: { type: { type: 'string' }, message: { type: 'string' }, details: { type: 'object' } },
    },
    request_id: { type: 'string' },
  },
};

function operation({ method, path, reads }: Route, template: string): object {
  const { takes, gives = JSON_TYPE } = MEDIA[`${method} ${template}`] ?? {};
  const body = reads?.body === undefined ? takes : json(describeBody(reads.body));
  const query = reads?.query === undefined ? [] : describeQuery(reads.query);
  const told = answerOf(method, template);
  const made = told === null ? { type: 'object' } : describedBy(told);
  const answer = gives === JSON_TYPE ? made : { type: 'string' };
  return {
    operationId: operationId(method, template),
    tags: [template.split('/')[1] ?? ''],
    parameters: [...pathParameters(path), ...query, ...headerParameters(path)],
    ...(body === undefined ? {} : { requestBody: { content: body } }),
    responses: {
      200: { description: 'Done', content: { [gives]: { schema: answer } } },
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

/** `/agents/:agent_id` as `/agents/{agent_id}`. */
export function templateOf(path: string): string {
  return path.replace(/:([a-z_]+)/g, '{$1}');
}

function operationId(method: string, template: string): string {
  return [method.toLowerCase(), ...(template.match(/[a-z_]+/g) ?? [])].join('.');
}

function pathParameters(path: string): Parameter[] {
  return [...path.matchAll(/:([a-z_]+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function headerParameters(path: string): Parameter[] {
  const beta = betaOf(`/v1${path}`);
  if (beta === null) return [];
  return [{ name: 'anthropic-beta', in: 'header', required: false, schema: { type: 'string', examples: [beta] } }];
}

function json(schema: JsonSchema): JsonSchema {
  return { [JSON_TYPE]: { schema } };
}

function form(properties: JsonSchema, required: string[]): JsonSchema {
  return { 'multipart/form-data': { schema: { type: 'object', properties, required } } };
}

function binary(): JsonSchema {
  return { type: 'string', contentMediaType: 'application/octet-stream' };
}
