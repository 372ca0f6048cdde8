/** Webhooks in: verify the bytes, commit, then acknowledge. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { alertmanager } from '../adapters/alertmanager/receive.ts';
import { datadogMonitors } from '../adapters/datadog/receive.ts';
import { type AlertSource, isBearer, MAX_BODY_BYTES, receiveFrom } from '../sre/ports/alert-source.ts';
import type { Incidents } from '../sre/ports/incidents.ts';
import { Failure } from './failure.ts';

export interface Hooks {
  incidents: Incidents;
  hookToken: string;
  /** Called after the commit. */
  received: () => void;
  /** Slack's signed HTTP requests; null when Slack does not reach Vigil that way. */
  slack: ((body: Buffer, headers: IncomingHttpHeaders) => Promise<SlackAnswer>) | null;
  now: () => number;
}
interface SlackAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Of one body. Senders have at most 1 MiB to say. */
const BODY_TIMEOUT_MS = 20_000;
/** Where the token of DATA/hook-token belongs, by source. */
const SOURCES: { source: AlertSource; hint: string }[] = [
  {
    source: alertmanager,
    hint: 'Set `http_config.authorization.credentials` of the receiver to the token in DATA/hook-token.',
  },
  {
    source: datadogMonitors,
    hint: 'Set the custom headers of the webhook to {"Authorization": "Bearer …"} with the token in DATA/hook-token.',
  },
];

/** A plugin of its own, because the bytes must stay untouched only here. */
export function hooks({ incidents, hookToken, received, slack, now }: Hooks): FastifyPluginAsync {
  return async (scope) => {
    scope.addHook('onRequest', async ({ raw }) => {
      const late = setTimeout(() => raw.destroy(), BODY_TIMEOUT_MS);
      for (const over of ['end', 'close']) raw.once(over, () => clearTimeout(late));
    });
    // The signature covers bytes, so nothing may parse them first, whatever type they claim to have.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    scope.post('/hooks/slack', { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
      if (slack === null)
        throw new Failure(404, 'not_found', 'Slack is not configured over HTTP', 'Set SLACK_SIGNING_SECRET.');
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const answer = await slack(body, request.headers);
      return reply.code(answer.status).headers(answer.headers).send(answer.body);
    });
    for (const { source, hint } of SOURCES) {
      // Before the body: a stranger is not listened to.
      const onRequest = async ({ headers }: FastifyRequest) => {
        if (!isBearer(headers.authorization, hookToken)) throw unauthorized(hint);
      };
      scope.post(`/hooks/${source.name}`, { bodyLimit: MAX_BODY_BYTES, onRequest }, async (request, reply) => {
        const { body } = request;
        if (request.headers['content-encoding'] !== undefined) {
          throw new Failure(415, 'encoded', 'compressed bodies are not accepted', 'Send the body as it is.');
        }
        const outcome = receiveFrom(
          source,
          {
            authorization: request.headers.authorization,
            body: body instanceof Uint8Array ? body : new Uint8Array(),
            receivedAt: new Date(now()).toISOString(),
          },
          hookToken,
        );
        switch (outcome.verdict) {
          case 'unauthorized':
            throw unauthorized(hint);
          case 'too_large':
            throw new Failure(413, 'too_large', 'the body is larger than 1 MiB', 'Lower `max_alerts` of the receiver.');
          case 'accepted': {
            const isNew = await incidents.receive(outcome.delivery, { accepted: true, alerts: outcome.alerts });
            received();
            return reply.code(202).send({ accepted: true, duplicate: !isNew, alerts: outcome.alerts.length });
          }
          case 'quarantined': {
            const { delivery, why } = outcome;
            await incidents.receive(delivery, { accepted: false, why });
            request.log.warn({ delivery: delivery.deliveryId, why }, 'a webhook could not be read');
            return reply.code(202).send({ accepted: false, why });
          }
        }
      });
    }
  };
}

function unauthorized(hint: string): Failure {
  return new Failure(401, 'unauthorized', 'the hook token is missing or wrong', hint);
}
