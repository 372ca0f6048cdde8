import type { z } from 'zod';
import type { FileBody } from '../../documents.ts';
import { type Core, shown } from '../core.ts';
import { invalid } from '../errors.ts';
import { listPage } from '../page.ts';
import { type fileListQuery, STANDARD_PAGE } from './schema.ts';

/** Newest first; or exactly the `ids` asked for, on one page, without those that do not exist. */
export async function listFiles(core: Core, { query }: { query: z.output<typeof fileListQuery> }): Promise<object> {
  if (query.ids !== undefined) {
    const rows = await core.store.getMany<FileBody>('file', query.ids);
    const own = rows.filter((row) => row.workspace === core.workspace);
    return { data: own.map((row) => shown(row.body)), next_page: null };
  }
  const last = query.after_id === undefined ? null : await core.store.get<FileBody>('file', query.after_id);
  if (query.after_id !== undefined && last === null) throw invalid(`after_id: no file ${query.after_id.slice(0, 80)}`);
  const { data, next_page } = await listPage<FileBody>(
    core.store,
    {
      kind: 'file',
      workspace: core.workspace,
      order: 'desc',
      limit: query.limit ?? STANDARD_PAGE,
      includeArchived: true,
      ...(query.scope_id === undefined ? {} : { parent: query.scope_id }),
    },
    query.page,
    last?.position,
  );
  return { data: data.map((row) => shown(row.body)), next_page };
}
