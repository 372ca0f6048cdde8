import { type Kysely, sql } from 'kysely';
import type { DocKind, DocQuery, DocRow } from '../../ports/store.ts';
import { inOrder } from '../sql/in-order.ts';
import { docRowOf } from '../sql/rows.ts';
import type { Tables } from './dialect.ts';
import { field } from './fields.ts';
import type { Reader } from './reader.ts';

/** A field of the body as `where` may name it; everything else never reaches the database. */
const FIELD = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,7}$/;

/** Without `fields`, which are for looking things up and cost more to read than all the rest. */
const COLUMNS = [
  'position',
  'kind',
  'id',
  'workspace',
  'parent',
  'created_at',
  'archived',
  'revision',
  'body',
] as const;
const GET = `SELECT ${COLUMNS.join(', ')} FROM documents WHERE kind = $1 AND id = ANY($2::text[])`;

/** Asked for with each request, so its text is written down: building it takes longer than the answer. */
export async function getDocuments<Body>(
  reader: Reader,
  kind: DocKind,
  ids: readonly string[],
): Promise<DocRow<Body>[]> {
  return ids.length === 0 ? [] : inOrder<Body>(ids, await reader.all(GET, [kind, ids]));
}

export async function listDocuments<Body>(db: Kysely<Tables>, query: DocQuery): Promise<DocRow<Body>[]> {
  let select = db
    .selectFrom('documents')
    .select(COLUMNS)
    .where('kind', '=', query.kind)
    .where('workspace', '=', query.workspace)
    .orderBy('position', query.order)
    .limit(query.limit);
  if (query.parent !== undefined) select = select.where(isUnder(query.parent));
  if (!query.includeArchived) select = select.where('archived', '=', 0);
  if (query.after !== undefined) select = select.where('position', query.order === 'asc' ? '>' : '<', query.after);
  const { gt, gte, lt, lte } = query.createdAt ?? {};
  const bounds = [['>', gt] as const, ['>=', gte] as const, ['<', lt] as const, ['<=', lte] as const];
  for (const [compare, bound] of bounds) {
    if (bound !== undefined) select = select.where('created_at', compare, bound);
  }
  for (const [path, wanted] of Object.entries(query.where ?? {})) select = select.where(isAmong(path, wanted));
  return (await select.execute()).map((row) => docRowOf<Body>({ ...row }));
}

/** One parent is compared, not looked for in a list: then the index is already in the order asked. */
function isUnder(parent: string | readonly string[]) {
  return typeof parent === 'string' ? sql<boolean>`parent = ${parent}` : sql<boolean>`parent = ANY(${parent}::text[])`;
}

/** What has an index of its own, in the order of positions. */
const INDEXED: readonly string[] = ['agent.id', 'status', 'deployment_id'];
/** What has one for the fields under it. */
const INDEXED_UNDER = 'hidden.memory_stores';

function isAmong(path: string, wanted: string | number | readonly (string | number)[]) {
  if (!FIELD.test(path)) throw new TypeError(`not a field of a document: ${JSON.stringify(path)}`);
  const any = [wanted].flat().map((value) => field(path, value));
  if (path.startsWith(`${INDEXED_UNDER}.`)) {
    const inner = any.map((one) => one.slice(INDEXED_UNDER.length + 1));
    return sql<boolean>`fields_under(fields, ${sql.lit(INDEXED_UNDER)}) && ${inner}::text[]`;
  }
  if (!INDEXED.includes(path)) return sql<boolean>`fields && ${any}::text[]`;
  const values = any.map((one) => one.slice(path.length + 1));
  const found = sql`field_of(fields, ${sql.lit(path)})`;
  return values.length === 1 ? sql<boolean>`${found} = ${values[0]}` : sql<boolean>`${found} = ANY(${values}::text[])`;
}
