/** One attempt to deliver: counted before it is made, settled after. */
import { assertNever } from '../../../lib/assert-never.ts';
import { OutboundFailed, OutboundRefused } from '../../ports/outbound.ts';
import type { DocRow } from '../../ports/store.ts';
import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
import type { DisabledReason, WebhookDeliveryBody, WebhookEndpointBody } from './body.ts';
import { signingSecrets } from './keys.ts';
import { signatures } from './sign.ts';
import { type Attempted, judge, MOST_ATTEMPTS, MOST_FAILURES } from './verdict.ts';

const TIMEOUT_MS = 10_000;
/** When a server dies during an attempt, another may begin after this long. */
const CLAIM_MS = 60_000;

export type DeliveryRow = DocRow<WebhookDeliveryBody>;

export async function attemptDelivery(core: Core, row: DeliveryRow): Promise<void> {
  const endpoint = await core.store.get<WebhookEndpointBody>('webhook_endpoint', row.body.endpoint);
  if (endpoint === null || endpoint.body.status === 'disabled') {
    await core.store.commit({ removes: [{ kind: 'webhook_delivery', id: row.id }] });
    return;
  }
  if (row.body.attempts >= MOST_ATTEMPTS) {
    await giveUp(core, row, 'the server stopped during the last attempt');
    return;
  }
  const claimed = { ...row.body, attempts: row.body.attempts + 1, due: core.clock.now() + CLAIM_MS };
  const claim = await core.store.commit({ puts: [{ doc: changedDoc(row, claimed), expect: row.revision }] });
  // Somebody else makes this attempt.
  if (!claim.ok) return;
  await settle(core, { ...row, body: claimed, revision: row.revision + 1 }, await post(core, endpoint.body, claimed));
}

async function post(core: Core, endpoint: WebhookEndpointBody, { event }: WebhookDeliveryBody): Promise<Attempted> {
  const body = JSON.stringify(event);
  const seconds = Math.floor(core.clock.now() / 1000);
  const signature = signatures(await signingSecrets(core, endpoint), { id: event.id, seconds, body });
  try {
    const reply = await core.outbound.send({
      method: 'POST',
      url: endpoint.url,
      headers: {
        'content-type': 'application/json',
        'webhook-id': event.id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signature,
      },
      body,
      timeoutMs: TIMEOUT_MS,
      maxBytes: 0,
      read: 'errors',
    });
    return { answered: reply.status };
  } catch (error) {
    if (error instanceof OutboundRefused) return { refused: true };
    if (error instanceof OutboundFailed) return { silent: true };
    throw error;
  }
}

async function settle(core: Core, row: DeliveryRow, attempted: Attempted): Promise<void> {
  const verdict = judge(attempted, row.body.attempts, Math.random());
  switch (verdict.outcome) {
    case 'delivered':
      return await arrived(core, row);
    case 'retry': {
      const later = { ...row.body, due: core.clock.now() + verdict.afterMs };
      await core.store.commit({ puts: [{ doc: changedDoc(row, later), expect: row.revision }] });
      return;
    }
    case 'given_up':
      return await giveUp(core, row, verdict.reason);
    case 'disable':
      return await giveUp(core, row, verdict.reason, verdict.why);
    default:
      return assertNever(verdict);
  }
}

async function arrived(core: Core, row: DeliveryRow): Promise<void> {
  await untilFresh(async () => {
    const endpoint = await core.store.get<WebhookEndpointBody>('webhook_endpoint', row.body.endpoint);
    const puts =
      endpoint === null || endpoint.body.hidden.failures === 0
        ? []
        : [{ doc: changedDoc(endpoint, withFailures(endpoint.body, 0)), expect: endpoint.revision }];
    const committed = await core.store.commit({ puts, removes: [{ kind: 'webhook_delivery', id: row.id }] });
    return committed.ok ? { done: null } : 'stale';
  });
}

/** The delivery goes; the endpoint remembers why, and is switched off when it has gone on for too long. */
async function giveUp(core: Core, row: DeliveryRow, reason: string, why?: DisabledReason): Promise<void> {
  await untilFresh(async () => {
    const endpoint = await core.store.get<WebhookEndpointBody>('webhook_endpoint', row.body.endpoint);
    const puts =
      endpoint === null
        ? []
        : [{ doc: changedDoc(endpoint, failed(core, endpoint.body, reason, why)), expect: endpoint.revision }];
    const committed = await core.store.commit({ puts, removes: [{ kind: 'webhook_delivery', id: row.id }] });
    return committed.ok ? { done: null } : 'stale';
  });
}

function failed(core: Core, endpoint: WebhookEndpointBody, reason: string, why?: DisabledReason): WebhookEndpointBody {
  const failures = endpoint.hidden.failures + 1;
  const at = isoTime(core.clock.now());
  const off = why ?? (failures >= MOST_FAILURES ? 'failures' : null);
  return {
    ...withFailures(endpoint, failures),
    last_failure: { at, reason },
    ...(off === null || endpoint.status === 'disabled'
      ? {}
      : { status: 'disabled' as const, disabled_reason: off, updated_at: at }),
  };
}

function withFailures(endpoint: WebhookEndpointBody, failures: number): WebhookEndpointBody {
  return { ...endpoint, hidden: { ...endpoint.hidden, failures } };
}
