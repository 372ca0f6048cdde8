/** A session as the wire shows it: what moves with the clock is computed when it is read. */
import type { SessionBody } from '../../documents.ts';
import type { SessionResourceBody } from '../../resources.ts';
import { type Core, shown } from '../core.ts';

const MAX_RESOURCES = 1000;

export async function sessionWire(core: Core, body: SessionBody): Promise<object> {
  return render(body, await resourcesOf(core, body.id), core.clock.now());
}

export async function resourcesOf(core: Core, session: string): Promise<SessionResourceBody[]> {
  const rows = await core.store.list<SessionResourceBody>({
    kind: 'session_resource',
    workspace: core.workspace,
    parent: session,
    order: 'asc',
    limit: MAX_RESOURCES,
    includeArchived: true,
  });
  return rows.map((row) => row.body);
}

export function render(body: SessionBody, resources: readonly SessionResourceBody[], now: number): object {
  const active = activeSeconds(body, now);
  return {
    ...shown(body),
    resources: resources.map(shown),
    stats: { active_seconds: active, duration_seconds: durationSeconds(body, now) },
    usage: { ...body.usage, active_seconds: active },
  };
}

/** Time spent running, the present run included. */
export function activeSeconds({ hidden }: SessionBody, now: number): number {
  const running = hidden.running_since === null ? 0 : Math.max(0, now - hidden.running_since);
  return (hidden.active_ms + running) / 1000;
}

/** Time since creation; it stands still once the session is terminated. */
export function durationSeconds(body: SessionBody, now: number): number {
  return Math.max(0, (body.hidden.terminated_at ?? now) - Date.parse(body.created_at)) / 1000;
}
