/** Pages for people, to read: incidents and their evidence. Nothing can be changed here, so nothing can be forged. */
import type { FastifyError, FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Incidents } from '../../sre/ports/incidents.ts';
import { postmortem } from '../../sre/postmortem.ts';
import { asFailure } from '../failure.ts';
import { evidenceId, find, incidentId, missing, parse, recordOf } from '../lookup.ts';
import { requirePassword } from './door.ts';
import { evidencePage } from './evidence-page.ts';
import { html } from './html.ts';
import { incidentPage } from './incident-page.ts';
import { PAGE_HEADERS, render } from './layout.ts';
import { listPage } from './list-page.ts';

const PAGE_SIZE = 50;
const listQuery = z.object({ open: z.stringbool().default(false), before: incidentId.optional() });

export function registerPages(
  server: FastifyInstance,
  { incidents, apiKey }: { incidents: Incidents; apiKey: string },
): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(PAGE_HEADERS);
    requirePassword(request, reply, apiKey);
  });
  server.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const { status, message, hint } = asFailure(error);
    if (status >= 500) request.log.error({ error: String(error) }, 'a page could not be shown');
    const body = html`<h1>${message}</h1><p>${hint}</p>`;
    return reply
      .code(status)
      .headers(PAGE_HEADERS)
      .send(render({ title: String(status), body }));
  });

  server.get('/incidents', async (request) => {
    const { open, before } = parse(listQuery, request.query);
    const found = await incidents.list({ limit: PAGE_SIZE + 1, open, ...(before === undefined ? {} : { before }) });
    return render(listPage({ incidents: found.slice(0, PAGE_SIZE), open, more: found.length > PAGE_SIZE }));
  });

  server.get('/incidents/:id', async (request) => {
    return render(incidentPage(await recordOf(incidents, await find(incidents, request.params))));
  });

  server.get('/incidents/:id/evidence/:eid', async (request) => {
    const incident = await find(incidents, request.params);
    const { eid } = parse(z.object({ eid: evidenceId }), request.params);
    return render(evidencePage(incident, (await incidents.evidenceById(incident.id, eid)) ?? missing('evidence', eid)));
  });

  server.get('/incidents/:id/postmortem', async (request, reply) => {
    reply.type('text/plain; charset=utf-8');
    return postmortem(await recordOf(incidents, await find(incidents, request.params)));
  });
}
