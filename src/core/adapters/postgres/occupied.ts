import type { Store } from '../../ports/store.ts';
import { placeOf } from '../sql/rows.ts';
import { field } from './fields.ts';
import type { Reader } from './reader.ts';

export async function occupied(reader: Reader, kinds: Parameters<Store['occupied']>[0]): ReturnType<Store['occupied']> {
  const asked = kinds.map(({ kind, status }) => ({ kind, fields: status?.map((value) => field('status', value)) }));
  return (await reader.all(OCCUPIED, [JSON.stringify(asked)])).map(placeOf);
}

/** From one workspace to the next through the index, past everything that is in it. */
const OCCUPIED = `WITH RECURSIVE
  asked AS MATERIALIZED (SELECT * FROM jsonb_to_recordset($1::jsonb) AS a (kind text, fields text[])),
  found AS (
    SELECT kind, (SELECT min(d.workspace) FROM documents AS d WHERE d.kind = asked.kind) AS workspace FROM asked
    UNION
    SELECT f.kind, (SELECT min(d.workspace) FROM documents AS d WHERE d.kind = f.kind AND d.workspace > f.workspace)
      FROM found AS f WHERE f.workspace IS NOT NULL)
  SELECT f.kind, f.workspace FROM found AS f JOIN asked USING (kind)
   WHERE f.workspace IS NOT NULL AND (asked.fields IS NULL OR EXISTS (
     SELECT FROM documents AS d WHERE d.kind = f.kind AND d.workspace = f.workspace AND d.fields && asked.fields))`;
