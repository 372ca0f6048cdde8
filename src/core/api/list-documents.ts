/** What nearly every list endpoint does; what is its own, it says. */
import type { Core } from './core.ts';
import { type ListQuery, listPage, type Page } from './page.ts';
import { timeRange } from './query.ts';

type Asked = Parameters<typeof timeRange>[0] & {
  limit: number;
  page?: string | undefined;
  include_archived?: boolean | undefined;
};
type Own = Pick<ListQuery, 'kind'> & Partial<Omit<ListQuery, 'limit' | 'createdAt'>>;

/** Documents of the workspace, the newest first, archived ones only when they are asked for: unless `own` says otherwise. */
export async function listDocuments<Body extends object>(
  core: Core,
  asked: Asked,
  own: Own,
  show: (body: Body) => object = (body) => body,
): Promise<Page<object>> {
  const createdAt = timeRange(asked);
  const { data, next_page } = await listPage<Body>(
    core.store,
    {
      workspace: core.workspace,
      order: 'desc',
      includeArchived: asked.include_archived ?? false,
      ...own,
      limit: asked.limit,
      ...(createdAt === null ? {} : { createdAt }),
    },
    asked.page,
  );
  return { data: data.map((row) => show(row.body)), next_page };
}
