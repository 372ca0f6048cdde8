/** One incident, live: timeline entries each once and in order, the incident and its actions whenever they change. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { oneAtATime } from '../lib/one-at-a-time.ts';
import type { IncidentId } from '../sre/ids.ts';
import type { Incidents } from '../sre/ports/incidents.ts';

const HEARTBEAT_MS = 15_000;
/** A reader that lags this far behind is let go; it comes back with `Last-Event-ID`. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

export async function streamIncident(
  incidents: Incidents,
  id: IncidentId,
  after: number,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  const write = (frame: string): void => {
    if (raw.writableLength > MAX_BUFFERED_BYTES) raw.destroy();
    else if (!raw.destroyed) raw.write(frame);
  };
  const changes = pump(incidents, id, after, write);
  const rounds = oneAtATime<'all'>(async () => {
    await changes().catch((error: unknown) => {
      request.log.error({ incident: id, error: String(error) }, 'an incident stream broke');
      raw.destroy();
    });
  });
  const unwatch = incidents.watch((changed) => {
    if (changed.of === 'anything' || (changed.of === 'incident' && changed.id === id)) rounds.ask('all');
  });
  const heartbeat = setInterval(() => write(': keep-alive\n\n'), HEARTBEAT_MS);
  raw.on('close', () => {
    clearInterval(heartbeat);
    unwatch();
  });
  rounds.ask('all');
}

/** Each call writes what is new since the call before. */
function pump(
  incidents: Incidents,
  id: IncidentId,
  after: number,
  write: (frame: string) => void,
): () => Promise<void> {
  let last = after;
  const shown = new Map<string, string>();
  const show = (event: string, key: string, value: unknown): void => {
    const data = JSON.stringify(value);
    if (shown.get(key) === data) return;
    shown.set(key, data);
    write(`event: ${event}\ndata: ${data}\n\n`);
  };
  return async () => {
    for (const entry of await incidents.timeline(id, last)) {
      write(`id: ${entry.seq}\nevent: timeline\ndata: ${JSON.stringify(entry)}\n\n`);
      last = entry.seq;
    }
    for (const action of await incidents.actions(id)) show('action', action.id, action);
    show('incident', id, await incidents.get(id));
  };
}
