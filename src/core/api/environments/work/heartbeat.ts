import type { WorkBody } from '../../../work.ts';
import type { Core } from '../../core.ts';
import { ApiError } from '../../errors.ts';
import { changeWork } from './change.ts';
import type { WorkPlace } from './find.ts';
import { beaten, holds } from './lease.ts';
import type { WorkHeartbeatQuery } from './schema.ts';

/**
 * Extends the lease of the worker that names the last heartbeat, letter by letter. Another one learns by 412 that the
 * item is not its own, and one whose item should stop by `lease_extended: false`.
 */
export async function heartbeatWork(core: Core, place: WorkPlace & { query: WorkHeartbeatQuery }): Promise<object> {
  const { desired_ttl_seconds, expected_last_heartbeat } = place.query;
  const holder = core.credential.kind !== 'work_token' || core.credential.lease !== 'lost';
  const work = await changeWork(core, place, (item, now) => {
    if (item.state === 'stopping' || item.state === 'stopped') return item;
    if (!holder || !holds(item, expected_last_heartbeat)) throw lost(core, item);
    return beaten(item, now, desired_ttl_seconds ?? ttlOf(core, item));
  });
  return {
    type: 'work_heartbeat',
    last_heartbeat: work.latest_heartbeat_at ?? '',
    lease_extended: work.state === 'active',
    state: work.state,
    ttl_seconds: ttlOf(core, work),
  };
}

function ttlOf(core: Core, work: WorkBody): number {
  return work.hidden.ttl_seconds ?? core.limits.workLeaseSeconds;
}

function lost(core: Core, work: WorkBody): ApiError {
  const current_state = {
    last_heartbeat: work.latest_heartbeat_at,
    lease_extended: false,
    state: work.state,
    ttl_seconds: ttlOf(core, work),
  };
  return new ApiError(
    412,
    'invalid_request_error',
    `expected_last_heartbeat is not the last heartbeat of work ${work.id}; another worker may hold it: let go of it`,
    { code: 'heartbeat_precondition_failed', details: { current_state } },
  );
}
