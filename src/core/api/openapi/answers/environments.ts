import { z } from 'zod';
import { count, id, life, maybeText, maybeTime, metadata, only, text, time } from './parts.ts';

const networking = z.discriminatedUnion('type', [
  only('unrestricted'),
  z.object({
    type: z.literal('limited'),
    allow_mcp_servers: z.boolean(),
    allow_package_managers: z.boolean(),
    allowed_hosts: z.array(text),
  }),
]);
const packages = z.object({
  type: z.literal('packages'),
  apt: z.array(text),
  cargo: z.array(text),
  gem: z.array(text),
  go: z.array(text),
  npm: z.array(text),
  pip: z.array(text),
});

export const environment = z.object({
  id: id('env'),
  type: z.literal('environment'),
  name: text,
  description: maybeText,
  metadata,
  config: z.discriminatedUnion('type', [
    z.object({ type: z.literal('cloud'), networking, packages }),
    only('self_hosted'),
  ]),
  scope: z.literal('organization'),
  ...life,
});

const workState = z.enum(['queued', 'starting', 'active', 'stopping', 'stopped']);
/** `secret` is in the answer to a poll and nowhere else. */
export const work = z.object({
  id: id('work'),
  type: z.literal('work'),
  environment_id: id('env'),
  state: workState,
  data: z.object({ type: z.literal('session'), id: id('sesn') }),
  metadata,
  created_at: time,
  acknowledged_at: maybeTime,
  started_at: maybeTime,
  latest_heartbeat_at: maybeTime,
  stop_requested_at: maybeTime,
  stopped_at: maybeTime,
  secret: maybeText,
});
export const heartbeat = z.object({
  type: z.literal('work_heartbeat'),
  last_heartbeat: text,
  lease_extended: z.boolean(),
  state: workState,
  ttl_seconds: count,
});
export const workStats = z.object({
  type: z.literal('work_queue_stats'),
  depth: count,
  pending: count,
  oldest_queued_at: maybeTime,
  workers_polling: count,
});

/** `key` is in the answer that made it and in no other. */
export const environmentKey = z.object({
  id: id('envkey'),
  type: z.literal('environment_key'),
  environment_id: id('env'),
  name: text,
  created_at: time,
  rotated_at: maybeTime,
  revoked_at: maybeTime,
  key: maybeText,
});
