/** A session as the wire shows it: what moves with the clock is computed when it is read. */
import type { SessionBody } from '../../documents.ts';
import type { DocRow } from '../../ports/store.ts';
import type { SessionResourceBody } from '../../resources.ts';
import { type Core, shown } from '../core.ts';

const MAX_RESOURCES = 1000;

export async function sessionWire(core: Core, body: SessionBody): Promise<object> {
  return render(body, await resourcesOf(core, body.id), core.clock.now());
}

/** Of a page of sessions: their resources are read together. */
export async function sessionsWire(core: Core, bodies: readonly SessionBody[]): Promise<object[]> {
  const resources = new Map<string, SessionResourceBody[]>(bodies.map(({ id }) => [id, []]));
  const ids = [...resources.keys()];
  for (let after: number | undefined; ids.length > 0; ) {
    const rows = await rowsUnder(core, ids, after);
    for (const { parent, body } of rows) resources.get(parent ?? '')?.push(body);
    after = rows.at(-1)?.position;
    if (rows.length < MAX_RESOURCES) break;
  }
  const now = core.clock.now();
  return bodies.map((body) => render(body, resources.get(body.id) ?? [], now));
}

export async function resourcesOf(core: Core, session: string): Promise<SessionResourceBody[]> {
  return (await rowsUnder(core, session)).map((row) => row.body);
}

function rowsUnder(
  core: Core,
  parent: string | readonly string[],
  after?: number,
): Promise<DocRow<SessionResourceBody>[]> {
  return core.store.list<SessionResourceBody>({
    kind: 'session_resource',
    workspace: core.workspace,
    parent,
    order: 'asc',
    limit: MAX_RESOURCES,
    includeArchived: true,
    ...(after === undefined ? {} : { after }),
  });
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
