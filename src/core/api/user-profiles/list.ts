import type { Core } from '../core.ts';
import { binding, listPage, type Page, readCursor, writeCursor } from '../page.ts';
import type { UserProfileBody } from './body.ts';
import { byName } from './order.ts';
import type { UserProfileListQuery } from './schema.ts';

/** Sorted by name all of them are looked at; a workspace holds as many as this. */
const MOST_SORTED = 100_000;

export async function listUserProfiles(core: Core, { query }: { query: UserProfileListQuery }): Promise<object> {
  const { order = 'desc', order_by = 'created_at' } = query;
  if (order_by === 'name') return await pageByName(core, query, order);
  const wanted = { kind: 'user_profile' as const, workspace: core.workspace, includeArchived: true };
  const { data, next_page } = await listPage<UserProfileBody>(
    core.store,
    { ...wanted, order, limit: query.limit },
    query.page,
  );
  return { data: data.map((row) => row.body), next_page };
}

/** The cursor names the profile that was shown last, so that it holds its place while others come and go. */
async function pageByName(
  core: Core,
  query: UserProfileListQuery,
  order: 'asc' | 'desc',
): Promise<Page<UserProfileBody>> {
  const bound = binding('user_profiles', core.workspace, 'name', order);
  const from = readCursor(bound, query.page);
  const after = from === null ? null : { name: from.q ?? null, position: from.p };
  const compare = byName(order);
  const rows = await core.store.list<UserProfileBody>({
    kind: 'user_profile',
    workspace: core.workspace,
    order: 'asc',
    limit: MOST_SORTED,
    includeArchived: true,
  });
  const sorted = rows
    .map(({ body, position }) => ({ name: body.name, position, body }))
    .sort(compare)
    .filter((one) => after === null || compare(one, after) > 0);
  const data = sorted.slice(0, query.limit);
  const last = data.at(-1);
  const more = sorted.length > query.limit && last !== undefined;
  return {
    data: data.map(({ body }) => body),
    next_page: more ? writeCursor(bound, { p: last.position, ...(last.name === null ? {} : { q: last.name }) }) : null,
  };
}
