import { type Kysely, sql } from 'kysely';
import type { DocKind, DocQuery, DocRow } from '../../ports/store.ts';
import { inOrder } from '../sql/in-order.ts';
import { docRowOf } from '../sql/rows.ts';
import type { Tables } from './dialect.ts';
import type { Reader } from './reader.ts';

/** A field of the body as `where` may name it; everything else never reaches the database. */
const FIELD = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,7}$/;

const GET = 'SELECT * FROM documents WHERE kind = ?1 AND id IN (SELECT value FROM json_each(?2))';

/** Asked for with each request, so its text is written down: building it takes longer than the answer. */
export async function getDocuments<Body>(
  reader: Reader,
  kind: DocKind,
  ids: readonly string[],
): Promise<DocRow<Body>[]> {
  return ids.length === 0 ? [] : inOrder<Body>(ids, await reader.all(GET, [kind, JSON.stringify(ids)]));
}

/** The page is found by its positions first, in an index that holds what lists are narrowed by: no body is read in vain. */
export async function listDocuments<Body>(db: Kysely<Tables>, query: DocQuery): Promise<DocRow<Body>[]> {
  // Under several parents the planner would walk the whole workspace for its order: the sign keeps it from that.
  const workspace = typeof query.parent === 'object' ? sql<string>`+workspace` : 'workspace';
  let page = db
    .selectFrom('documents')
    .select('position')
    .where('kind', '=', query.kind)
    .where(workspace, '=', query.workspace)
    .orderBy('position', query.order)
    .limit(query.limit);
  if (query.parent !== undefined) page = page.where(sql<boolean>`parent ${isAmong(query.parent)}`);
  if (!query.includeArchived) page = page.where('archived', '=', 0);
  if (query.after !== undefined) page = page.where('position', query.order === 'asc' ? '>' : '<', query.after);
  const { gt, gte, lt, lte } = query.createdAt ?? {};
  const bounds = [['>', gt] as const, ['>=', gte] as const, ['<', lt] as const, ['<=', lte] as const];
  for (const [compare, bound] of bounds) {
    if (bound !== undefined) page = page.where('created_at', compare, bound);
  }
  for (const [path, wanted] of Object.entries(query.where ?? {})) {
    page = page.where(sql<boolean>`${fieldOf(path)} ${isAmong(wanted)}`);
  }
  const rows = await db
    .selectFrom('documents')
    .selectAll()
    .where('position', 'in', page)
    .orderBy('position', query.order)
    .execute();
  return rows.map((row) => docRowOf<Body>({ ...row }));
}

/** One value is compared, not looked for in a list: then the index is already in the order asked. */
function isAmong(wanted: string | number | readonly (string | number)[]) {
  return typeof wanted === 'object' ? sql`IN ${anyOf(wanted)}` : sql`= ${wanted}`;
}

function anyOf(values: readonly (string | number)[]) {
  return sql<string>`(SELECT value FROM json_each(${JSON.stringify(values)}))`;
}

/**
 * As the indexes spell it, so that they are used: at most two levels deep, and what lies deeper is looked for in what was
 * found there. A body nested deeper than SQLite reads has no fields for it, rather than failing the list.
 */
function fieldOf(path: string) {
  if (!FIELD.test(path)) throw new TypeError(`not a field of a document: ${JSON.stringify(path)}`);
  const names = path.split('.');
  const outer = sql.lit(`$.${names.slice(0, 2).join('.')}`);
  const found = sql`CASE WHEN json_valid(body) THEN body ->> ${outer} END`;
  if (names.length <= 2) return found;
  return sql`CASE WHEN json_valid(${found}) THEN (${found}) ->> ${`$.${names.slice(2).join('.')}`} END`;
}
