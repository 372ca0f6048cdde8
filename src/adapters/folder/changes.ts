import { join, normalize } from 'node:path';
import { z } from 'zod';
import { CHANGE_KINDS, type Change } from '../../sre/change.ts';
import type { Changes } from '../../sre/ports/changes.ts';
import { badQuery, found, notARange, notThere, type Place, windowOf } from './place.ts';
import { readBytes, readJson } from './read-file.ts';
import { WorldError } from './world-error.ts';

const FILE = 'changes.json';

const row = z.object({
  id: z.string().min(1),
  kind: z.enum(CHANGE_KINDS),
  service: z.string().nullable().default(null),
  time: z.iso.datetime({ offset: true }),
  actor: z.string().default(''),
  title: z.string(),
  ref: z.string().nullish(),
  diff: z.string().nullish(),
});
type Row = z.infer<typeof row>;

export async function folderChanges(place: Place): Promise<Changes> {
  const rows = await readJson(place.dir, FILE, z.array(row));
  for (const one of rows ?? []) refuseOutside(place, one);
  const visible = (rows ?? [])
    .filter((one) => Date.parse(one.time) <= place.now)
    .toSorted((left, right) => Date.parse(right.time) - Date.parse(left.time));
  return {
    async list(query) {
      if (rows === null) return notThere(place, FILE);
      const window = windowOf(place, query.range);
      if (window === null) return notARange(place, query.range);
      const matching = visible.filter((one) => {
        const at = Date.parse(one.time);
        const inTime = at >= window.from && at <= window.to;
        const ofService = query.service === null || one.service === query.service;
        return inTime && ofService && (query.kinds.length === 0 || query.kinds.includes(one.kind));
      });
      const truncated = matching.length > query.limit;
      return found(place, matching.slice(0, query.limit).map(changeOf), { ...window, truncated });
    },
    async diff(id) {
      if (rows === null) return notThere(place, FILE);
      const one = visible.find((candidate) => candidate.id === id);
      if (!one) return badQuery(place, `no change has the id ${id}; list the changes to see the ids`);
      if (!one.diff) return found(place, { change: changeOf(one), diff: null });
      const bytes = await readBytes(place.dir, one.diff);
      if (bytes === null) return notThere(place, one.diff);
      return found(place, { change: changeOf(one), diff: bytes.toString('utf8') });
    },
  };
}

function changeOf(one: Row): Change {
  const { id, kind, service, actor, title } = one;
  const time = new Date(one.time).toISOString();
  return { id, kind, service, time, actor, title, ref: one.ref ?? null, hasDiff: Boolean(one.diff) };
}

/** A diff path is content: it must not lead out of the folder. */
function refuseOutside(place: Place, one: Row): void {
  if (!one.diff || (!normalize(one.diff).startsWith('..') && !one.diff.startsWith('/'))) return;
  const what = `the diff of ${one.id} lies outside the world (${one.diff})`;
  throw new WorldError({ file: join(place.dir, FILE), what, hint: 'Diffs are paths like diffs/ID.patch.' });
}
