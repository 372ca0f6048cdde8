import { isDeepStrictEqual } from 'node:util';
import { type Core, changedDoc, isoTime, shown, untilFresh } from '../core.ts';
import type { WebhookEndpointBody } from '../webhooks/body.ts';
import { checkEndpointUrl, type EndpointPlace, findEndpoint } from './find.ts';
import type { WebhookEndpointUpdate } from './schema.ts';

/** Switching it on again forgets the failures that switched it off; what was given up meanwhile is not sent again. */
export async function updateWebhookEndpoint(
  core: Core,
  { body, ...place }: EndpointPlace & { body: WebhookEndpointUpdate },
): Promise<object> {
  const url = body.url === undefined ? null : checkEndpointUrl(core, body.url);
  return await untilFresh(async () => {
    const row = await findEndpoint(core, place);
    const merged: WebhookEndpointBody = {
      ...row.body,
      url: url ?? row.body.url,
      description: body.description === undefined ? row.body.description : body.description,
      event_types: body.event_types === undefined ? row.body.event_types : [...new Set(body.event_types ?? [])],
      ...switched(row.body, body.status),
    };
    if (isDeepStrictEqual(merged, row.body)) return { done: shown(row.body) };
    const next = { ...merged, updated_at: isoTime(core.clock.now()) };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, next), expect: row.revision }] });
    return committed.ok ? { done: shown(next) } : 'stale';
  });
}

function switched(
  { status, hidden }: WebhookEndpointBody,
  wanted: WebhookEndpointUpdate['status'],
): Partial<WebhookEndpointBody> {
  if (wanted === undefined || wanted === status) return {};
  return wanted === 'disabled'
    ? { status: 'disabled', disabled_reason: 'manual' }
    : { status: 'enabled', disabled_reason: null, hidden: { ...hidden, failures: 0 } };
}
