import { type Kysely, sql } from 'kysely';
import type { DocKind, DocQuery, DocRow } from '../../ports/store.ts';
import { docRowOf } from '../sql/rows.ts';
import type { Tables } from './dialect.ts';

/** A field of the body as `where` may name it; everything else never reaches the database. */
const FIELD = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,7}$/;

export async function getDocuments<Body>(
  db: Kysely<Tables>,
  kind: DocKind,
  ids: readonly string[],
): Promise<DocRow<Body>[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('documents')
    .selectAll()
    .where('kind', '=', kind)
    .where('id', 'in', sql<string>`(SELECT value FROM json_each(${JSON.stringify(ids)}))`)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row ? [docRowOf<Body>({ ...row })] : [];
  });
}

export async function listDocuments<Body>(db: Kysely<Tables>, query: DocQuery): Promise<DocRow<Body>[]> {
  let select = db
    .selectFrom('documents')
    .selectAll()
    .where('kind', '=', query.kind)
    .where('workspace', '=', query.workspace)
    .orderBy('position', query.order)
    .limit(query.limit);
  if (query.parent !== undefined) select = select.where('parent', '=', query.parent);
  if (!query.includeArchived) select = select.where('archived', '=', 0);
  if (query.after !== undefined) select = select.where('position', query.order === 'asc' ? '>' : '<', query.after);
  const { gt, gte, lt, lte } = query.createdAt ?? {};
  const bounds = [['>', gt] as const, ['>=', gte] as const, ['<', lt] as const, ['<=', lte] as const];
  for (const [compare, bound] of bounds) {
    if (bound !== undefined) select = select.where('created_at', compare, bound);
  }
  for (const [field, wanted] of Object.entries(query.where ?? {})) {
    if (!FIELD.test(field)) throw new TypeError(`not a field of a document: ${JSON.stringify(field)}`);
    const any = JSON.stringify(typeof wanted === 'object' ? wanted : [wanted]);
    // A body nested deeper than SQLite reads has no fields for it, rather than failing the list.
    select = select.where(
      sql<boolean>`CASE WHEN json_valid(body) THEN body ->> ${`$.${field}`} END IN (SELECT value FROM json_each(${any}))`,
    );
  }
  return (await select.execute()).map((row) => docRowOf<Body>({ ...row }));
}
