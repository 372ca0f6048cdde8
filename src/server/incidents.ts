/** The product's own API: incidents, their evidence, what people say of them and decide. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Action, Decision, Person, Ruling } from '../sre/action.ts';
import type { ActionId, IncidentId } from '../sre/ids.ts';
import type { Incidents } from '../sre/ports/incidents.ts';
import { postmortem } from '../sre/postmortem.ts';
import { resolve } from '../sre/resolve.ts';
import { LONGEST_REMARK, say } from '../sre/say.ts';
import { Failure } from './failure.ts';
import { evidenceId, find, incidentId, missing, parse, recordOf } from './lookup.ts';
import { streamIncident } from './stream.ts';

export interface IncidentApi {
  incidents: Incidents;
  decide: (decision: Decision) => Promise<{ ruling: Ruling; action: Action | null }>;
  /** Called after an action came to an end that its session has not heard of. */
  decided: (action: ActionId) => void;
  /** Called after the commit. */
  said: (incident: IncidentId) => void;
  now: () => number;
}

const actionId = z.custom<ActionId>(
  (value) => typeof value === 'string' && /^act_[0-9a-z_]{1,64}$/.test(value),
  'not an action id',
);
const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  open: z.stringbool().default(false),
  before: incidentId.optional(),
});
const name = z.string().min(1).max(200);
const remark = z.object({ text: z.string().trim().min(1).max(LONGEST_REMARK), name: name.default('api') });
const decision = z.object({
  verdict: z.enum(['approve', 'reject']),
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'a digest is 64 hex digits'),
  reason: z.string().max(3000).default(''),
  name: name.optional(),
  via: z.enum(['cli', 'api', 'terminal']).default('api'),
});

export function registerIncidents(server: FastifyInstance, api: IncidentApi): void {
  const { incidents, now } = api;

  server.get('/api/incidents', async (request) => {
    const { limit, open, before } = parse(listQuery, request.query);
    return { data: await incidents.list({ limit, open, ...(before === undefined ? {} : { before }) }) };
  });

  server.get('/api/incidents/:id', async (request) => {
    return await recordOf(incidents, await find(incidents, request.params));
  });

  server.get('/api/incidents/:id/postmortem', async (request) => {
    return { markdown: postmortem(await recordOf(incidents, await find(incidents, request.params))) };
  });

  server.get('/api/incidents/:id/timeline', async (request) => {
    const incident = await find(incidents, request.params);
    const { after } = parse(z.object({ after: z.coerce.number().int().min(0).default(0) }), request.query);
    return { data: await incidents.timeline(incident.id, after) };
  });

  server.get('/api/incidents/:id/stream', async (request, reply) => {
    const incident = await find(incidents, request.params);
    const after = z.coerce
      .number()
      .int()
      .min(0)
      .catch(0)
      .parse(request.headers['last-event-id'] ?? 0);
    await streamIncident(incidents, incident.id, after, request, reply);
  });

  server.get('/api/incidents/:id/evidence/:eid', async (request) => {
    const incident = await find(incidents, request.params);
    const { eid } = parse(z.object({ eid: evidenceId }), request.params);
    return (await incidents.evidenceById(incident.id, eid)) ?? missing('evidence', eid);
  });

  server.post('/api/incidents/:id/remarks', async (request, reply) => {
    const incident = await find(incidents, request.params);
    const { text, name: by } = parse(remark, request.body);
    const said = await say({ incidents, now }, incident.id, { key: randomUUID(), by, text });
    if (!said.ok) {
      const hint = 'What is to be added belongs into its postmortem; a new alert opens a new incident.';
      throw new Failure(409, 'resolved', 'the incident is resolved: nobody investigates it any more', hint);
    }
    api.said(incident.id);
    return reply.code(202).send({ entry: said.entry });
  });

  server.post('/api/incidents/:id/resolve', async (request) => {
    const incident = await find(incidents, request.params);
    const { name: by = 'api' } = parse(z.object({ name: name.optional() }), request.body ?? {});
    const resolved = await resolve({ incidents, now }, incident.id, by);
    // A withdrawn action still owes its session an answer.
    for (const action of await incidents.actions(incident.id)) api.decided(action.id);
    return { incident: resolved };
  });

  server.get('/api/actions/:id', async (request) => {
    const { id } = parse(z.object({ id: actionId }), request.params);
    return (await incidents.action(id)) ?? missing('action', id);
  });

  server.post('/api/actions/:id/decision', async (request) => {
    const { id } = parse(z.object({ id: actionId }), request.params);
    const { verdict, digest, reason, name: given = 'api', via } = parse(decision, request.body);
    const by: Person = { id: given, name: given, via };
    const outcome = await api.decide({ action: id, digest, verdict, reason, by });
    return outcome.action === null ? missing('action', id) : outcome;
  });
}
