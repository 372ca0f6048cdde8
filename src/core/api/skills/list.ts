import type { z } from 'zod';
import type { SkillBody } from '../../documents.ts';
import { type Core, shown } from '../core.ts';
import { binding, readCursor, writeCursor } from '../page.ts';
import { shownSkill } from './bundled.ts';
import type { skillListQuery } from './schema.ts';

type Query = z.output<typeof skillListQuery>;

/** Uploaded ones, newest first, then those of the server itself. A cursor below zero counts the latter. */
export async function listSkills(core: Core, { query }: { query: Query }): Promise<object> {
  const { limit, source } = query;
  const bound = binding('skills', source ?? null);
  const from = readCursor(bound, query.page)?.p;
  const rows = source === 'anthropic' || (from !== undefined && from < 0) ? [] : await uploaded(core, limit + 1, from);
  const data: object[] = rows.slice(0, limit).map((row) => shown(row.body));
  const last = rows[limit - 1];
  if (rows.length > limit && last !== undefined) {
    return { data, next_page: writeCursor(bound, { p: last.position }) };
  }
  const bundled = source === 'custom' ? [] : core.bundledSkills;
  const begun = from !== undefined && from < 0 ? -1 - from : 0;
  const some = bundled.slice(begun, begun + limit - data.length);
  const next = begun + some.length;
  return {
    data: [...data, ...some.map(shownSkill)],
    next_page: next < bundled.length ? writeCursor(bound, { p: -1 - next }) : null,
  };
}

async function uploaded(core: Core, limit: number, after: number | undefined) {
  return await core.store.list<SkillBody>({
    kind: 'skill',
    workspace: core.workspace,
    order: 'desc',
    limit,
    includeArchived: true,
    ...(after === undefined ? {} : { after }),
  });
}
