import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { openApiDocument, templateOf } from '../../../src/core/api/openapi/document.ts';
import { routes } from '../../../src/core/api/routes.ts';

interface Operation {
  operationId: string;
  parameters: { name: string; in: string; required: boolean; schema: { type?: string } }[];
  responses: { 200: { content: Record<string, { schema: object }> } };
  requestBody?: { content: Record<string, { schema: { type?: string; properties?: Record<string, object> } }> };
}
interface Document extends Record<string, unknown> {
  components: { schemas: Record<string, { required?: string[]; oneOf?: object[] }> };
}
/** The document is our own; the validator below says that it has this shape. */
function read(): { document: Document; paths: Record<string, Record<string, Operation>> } {
  const document = JSON.parse(JSON.stringify(openApiDocument(routes)));
  return { document, paths: document.paths };
}

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { document } = read();
  expect(await validator.validate(document)).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('every route is in it, each under a name of its own, and each parameter of its path', async () => {
  const { paths } = read();
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  expect(operations).toHaveLength(routes.length);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length);
  for (const { method, path } of routes) {
    const operation = paths[templateOf(path)]?.[method.toLowerCase()];
    const named = operation?.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    expect(named, path).toEqual([...path.matchAll(/:([a-z_]+)/g)].map(([, name]) => name));
  }
});

test('what a schema checks is what the document says', () => {
  const { paths } = read();
  const create = paths['/agents']?.post?.requestBody?.content['application/json']?.schema;
  expect(create).toMatchObject({ type: 'object', required: expect.arrayContaining(['name', 'model']) });
  expect(create?.properties?.name).toMatchObject({ type: 'string', minLength: 1, maxLength: 256 });
  const list = new Map(paths['/sessions']?.get?.parameters.map((one) => [one.name, one]));
  expect(list.get('limit')?.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 100, default: 20 });
  expect(list.get('statuses[]')?.schema).toMatchObject({ type: 'array', items: { enum: expect.any(Array) } });
  expect(list.get('created_at[gte]')?.schema).toMatchObject({ type: 'string', format: 'date-time' });
  expect(list.get('include_archived')).toMatchObject({ required: false, schema: { type: 'boolean' } });
  const upload = paths['/files']?.post?.requestBody?.content;
  expect(Object.keys(upload ?? {})).toEqual(['multipart/form-data']);
  const untyped = Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap(({ operationId, parameters }) =>
      parameters.filter(({ schema }) => schema.type === undefined).map(({ name }) => `${operationId} ${name}`),
    );
  expect(untyped).toEqual([]);
});

test('what every method of this server’s making answers is described, and the error of each', () => {
  const { document, paths } = read();
  const open = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).flatMap(({ operationId, responses }) => {
      const [schema] = Object.values(responses[200].content).map((one) => one.schema);
      return JSON.stringify(schema) === '{"type":"object"}' ? [`${path} ${operationId}`] : [];
    }),
  );
  expect(open).toEqual([
    '/messages post.messages',
    '/messages/count_tokens post.messages.count_tokens',
    '/openapi.json get.openapi.json',
  ]);
  const { schemas } = document.components;
  expect(schemas.Session?.required).toContain('usage');
  expect(schemas.SessionEvent?.oneOf?.length).toBeGreaterThan(30);
  const refs = JSON.stringify(document).match(/"#\/components\/schemas\/[^"]+"/g) ?? [];
  expect(refs.filter((ref) => schemas[ref.slice('"#/components/schemas/'.length, -1)] === undefined)).toEqual([]);
});
