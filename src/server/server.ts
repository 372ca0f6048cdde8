/** One HTTP server for everything: the core at /v1, webhooks, the product's own API. */
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  fastify,
  LogController,
} from 'fastify';
import { noSchemas } from '../lib/no-schemas.ts';
import { requireKey } from './bearer.ts';
import { type ChangeHook, registerChanges } from './changes.ts';
import { Failure, sendFailure } from './failure.ts';
import { type Hooks, hooks } from './hooks.ts';
import { type IncidentApi, registerIncidents } from './incidents.ts';
import { registerPages } from './pages/index.ts';
import { readJson } from './read-json.ts';

export interface ServerParts extends Hooks, IncidentApi, ChangeHook {
  apiKey: string;
  version: string;
  core: FastifyPluginAsync;
  /** In the words of the core, for what is under its path. */
  refuseAddress: (error: Error, reply: FastifyReply) => FastifyReply;
  health: () => Promise<{ ok: boolean; detail: string }>;
  logger: FastifyBaseLogger;
}

/** Slow senders hold a socket no longer than this (Node's own limits are minutes). */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 120_000;
const CHECK_EVERY_MS = 5_000;
const MAX_BODY_BYTES = 1024 * 1024;

export function createServer(parts: ServerParts): FastifyInstance {
  const server = fastify({
    loggerInstance: parts.logger,
    schemaController: noSchemas,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    frameworkErrors: (error, request, reply) => {
      reply.header('x-content-type-options', 'nosniff');
      return request.url.startsWith('/v1/') ? parts.refuseAddress(error, reply) : sendFailure(error, request, reply);
    },
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CHECK_EVERY_MS },
  });
  server.addHook('onRequest', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
  });
  server.register(parts.core);
  server.register(async (product) => {
    product.setErrorHandler(sendFailure);
    product.register(hooks(parts));
    registerChanges(product, parts);
    product.register(async (pages) => registerPages(pages, parts));
    product.get('/', async () => ({
      name: 'vigil',
      version: parts.version,
      endpoints: [
        '/healthz',
        '/incidents',
        '/hooks/alertmanager',
        '/hooks/datadog',
        '/hooks/changes',
        '/api/incidents',
        '/v1',
      ],
    }));
    product.get('/healthz', async (_request, reply) => {
      const { ok, detail } = await parts.health();
      return reply.code(ok ? 200 : 503).send({ ok, version: parts.version, detail });
    });
    product.register(async (api) => {
      api.addHook('onRequest', async (request) => requireKey(request, parts.apiKey));
      readJson(api);
      registerIncidents(api, parts);
    });
  });
  server.setNotFoundHandler((request, reply) =>
    sendFailure(
      new Failure(404, 'not_found', `there is nothing at ${request.method} ${request.url.slice(0, 200)}`),
      request,
      reply,
    ),
  );
  return server;
}
