import type { WebhookType } from './types.ts';

/** What stopped the server from sending: an operator, or what the endpoint did. */
export type DisabledReason = 'manual' | 'redirect' | 'address_not_public' | 'failures';

export interface WebhookEndpointBody {
  id: `whep_${string}`;
  type: 'webhook_endpoint';
  url: string;
  description: string | null;
  /** Empty: all of them. */
  event_types: WebhookType[];
  status: 'enabled' | 'disabled';
  disabled_reason: DisabledReason | null;
  /** Why the last delivery that was given up could not be made. */
  last_failure: { at: string; reason: string } | null;
  created_at: string;
  updated_at: string;
  hidden: {
    /** Deliveries given up since the last one that arrived. */
    failures: number;
    /** The first signs for good, the others until their time, so that receivers can change keys without a gap. */
    keys: [SigningKey, ...SigningKey[]];
  };
}
export interface SigningKey {
  version: number;
  sealed: string;
  /** Milliseconds since 1970; null for the current one. */
  until: number | null;
}

/** The words of a delivery as they are sent: ids, no content. */
export interface WebhookEvent {
  id: `whe_${string}`;
  type: 'event';
  created_at: string;
  data: { type: WebhookType; id: string; organization_id: string; workspace_id: string } & (
    | object
    | { session_thread_id: string }
    | { vault_id: string }
  );
}

/** One event on its way to one endpoint; stored with what it tells of, gone once it arrived or was given up. */
export interface WebhookDeliveryBody {
  id: string;
  endpoint: string;
  event: WebhookEvent;
  /** Begun so far, counted before each is made. */
  attempts: number;
  /** Milliseconds since 1970. */
  due: number;
}
