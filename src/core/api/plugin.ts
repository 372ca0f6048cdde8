/** The wire in, as a Fastify plugin. It serves `/v1/…`, whether registered with the prefix `/v1` or without any. */
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { mint, type WorkspaceId } from '../ids.ts';
import { authorize } from './access.ts';
import { createAuth } from './auth.ts';
import { checkBetas } from './betas.ts';
import { type Core, coreFor } from './core.ts';
import { toReply } from './envelope.ts';
import { forbidden, unauthenticated } from './errors.ts';
import { inflated } from './inflate.ts';
import { parseJson } from './json.ts';
import { letIn } from './let-in.ts';
import { MAX_FILE_BYTES } from './multipart.ts';
import { noSuchEndpoint } from './not-offered.ts';
import { withOlderWords } from './older-words.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';
import { endStreams } from './sse.ts';

const MAX_JSON_BYTES = 32 * 1024 * 1024;

interface PluginOptions {
  apiKey: string;
  strictBetas: boolean;
  report: (error: unknown) => void;
}

export function apiPlugin(core: Core, { apiKey, strictBetas, report }: PluginOptions): FastifyPluginAsync {
  const authenticate = createAuth(core, apiKey);
  const cores = new WeakMap<FastifyRequest, Core>();
  return async (app) => {
    await app.register(
      async (api) => {
        readBodies(api);
        // Not inside `register`: multipart is for this plugin's own routes.
        await api.register(multipart, {
          limits: { fileSize: MAX_FILE_BYTES + 1, files: 1000, fields: 20, fieldSize: 64 * 1024 },
        });
        api.addHook('onRequest', async (request, reply) => {
          reply.header('request-id', mint('req', core.clock.now()));
          const credential = await authenticate(request.headers);
          if (credential === null) throw unauthenticated();
          reply.header('anthropic-workspace-id', credential.workspace);
          refuseOtherWorkspace(request, credential.workspace);
          cores.set(request, coreFor(core, credential));
          if (strictBetas) checkBetas(request.url, request.headers);
        });
        api.setErrorHandler(async (error, request, reply) => {
          if (toReply(error, '').status === 413) await letIn(request.raw);
          return sendError(reply, error, report);
        });
        api.setNotFoundHandler((request, reply) => {
          const path = request.url.split('?')[0]?.slice(0, 200) ?? '';
          return sendError(reply, noSuchEndpoint(request.method, path));
        });
        api.addHook('preClose', async () => endStreams(api));
        const coreOf = (request: FastifyRequest): Core => cores.get(request) ?? core;
        for (const route of routes) if (route.bytes !== true) mount(api, coreOf, route);
        await api.register(async (unread) => {
          keepBytes(unread);
          for (const route of routes) if (route.bytes === true) mount(unread, coreOf, route);
        });
      },
      { prefix: app.prefix.endsWith('/v1') ? '' : '/v1' },
    );
  };
}

/** Bodies are JSON whatever the content type says; a POST may have neither body nor type. */
function readBodies(api: FastifyInstance): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser<Buffer>(
    '*',
    { parseAs: 'buffer', bodyLimit: MAX_JSON_BYTES },
    async (request: FastifyRequest, body: Buffer) =>
      parseJson(await unpacked(request, body), request.headers['content-type'] ?? ''),
  );
}

function keepBytes(api: FastifyInstance): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser<Buffer>(
    '*',
    { parseAs: 'buffer', bodyLimit: MAX_JSON_BYTES },
    (request: FastifyRequest, body: Buffer) => unpacked(request, body),
  );
}

function unpacked(request: FastifyRequest, body: Buffer): Promise<Buffer> {
  return inflated(body, request.headers['content-encoding'], MAX_JSON_BYTES);
}

/** A key opens one workspace; a caller who names another one has taken the wrong key. */
function refuseOtherWorkspace(request: FastifyRequest, workspace: WorkspaceId): void {
  const named = request.headers['anthropic-workspace-id'];
  if (named !== undefined && named !== '' && named !== workspace) {
    throw forbidden(`this credential is for workspace ${workspace}; the request names another one`);
  }
}

function mount(api: FastifyInstance, coreOf: (request: FastifyRequest) => Core, route: Route): void {
  api.route({
    method: route.method,
    url: route.path,
    exposeHeadRoute: false,
    bodyLimit: MAX_JSON_BYTES,
    async handler(request, reply) {
      const core = coreOf(request);
      await authorize(core, route, idsIn(request));
      const answer = await route.handle(core, request, reply);
      if (answer === undefined) return reply;
      reply.type('application/json; charset=utf-8');
      if (typeof answer === 'string' || answer instanceof Uint8Array) return reply.send(answer);
      return reply.send(JSON.stringify(withOlderWords(request.headers['anthropic-beta'], route.path, answer)));
    },
  });
}

/** The router fills in parameters from the path, all of them text. */
function idsIn(request: FastifyRequest): Readonly<Record<string, string>> {
  return request.params as Record<string, string>;
}

/** For addresses that the server around the plugin could not read, and so has not handed to it. */
export function refuseAddress(error: Error, reply: FastifyReply): FastifyReply {
  return sendError(reply.header('request-id', mint('req')), error);
}

function sendError(reply: FastifyReply, error: unknown, log?: (cause: unknown) => void): FastifyReply {
  const { status, headers, body } = toReply(error, String(reply.getHeader('request-id') ?? mint('req')));
  if (status >= 500) log?.(error);
  return reply.code(status).headers(headers).type('application/json; charset=utf-8').send(JSON.stringify(body));
}
