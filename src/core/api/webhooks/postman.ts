/** Carries what is stored to who asked for it. An endpoint that does not answer keeps no other waiting. */
import { fewAtATime } from '../../../lib/few-at-a-time.ts';
import { oneAtATime } from '../../../lib/one-at-a-time.ts';
import type { Core } from '../core.ts';
import { attemptDelivery, type DeliveryRow } from './attempt.ts';
import type { WebhookDeliveryBody } from './body.ts';

/** Requests to one endpoint at once. */
const AT_ONCE = 4;
const STEP = 200;

export interface Postman {
  /** Looks for what is due and begins to send it; does not wait until it is sent. */
  round(): Promise<void>;
  /** Resolves when nothing is being sent any more. */
  idle(): Promise<void>;
}

export function createPostman(core: Core, report: (error: unknown) => void): Postman {
  const rounds = oneAtATime<string>((endpoint) => sendDue(core, endpoint).catch(report));
  return {
    async round() {
      const waiting = new Set<string>();
      for await (const row of deliveries(core, null)) {
        if (row.body.due <= core.clock.now()) waiting.add(row.body.endpoint);
      }
      for (const endpoint of waiting) rounds.ask(endpoint);
    },
    idle: () => rounds.idle(),
  };
}

async function sendDue(core: Core, endpointId: string): Promise<void> {
  const due: DeliveryRow[] = [];
  for await (const delivery of deliveries(core, endpointId)) {
    if (delivery.body.due <= core.clock.now()) due.push(delivery);
    if (due.length === STEP) break;
  }
  const few = fewAtATime(AT_ONCE);
  await Promise.all(due.map((delivery) => few(() => attemptDelivery(core, delivery))));
}

/** Oldest first. */
async function* deliveries(core: Core, endpoint: string | null): AsyncGenerator<DeliveryRow> {
  let after: number | undefined;
  for (;;) {
    const rows = await core.store.list<WebhookDeliveryBody>({
      kind: 'webhook_delivery',
      workspace: core.workspace,
      ...(endpoint === null ? {} : { parent: endpoint }),
      order: 'asc',
      limit: STEP,
      includeArchived: true,
      ...(after === undefined ? {} : { after }),
    });
    yield* rows;
    after = rows.at(-1)?.position;
    if (rows.length < STEP) return;
  }
}
