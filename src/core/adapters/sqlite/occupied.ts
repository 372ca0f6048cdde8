import type { Store } from '../../ports/store.ts';
import { placeOf } from '../sql/rows.ts';
import type { Reader } from './reader.ts';

export async function occupied(reader: Reader, kinds: Parameters<Store['occupied']>[0]): ReturnType<Store['occupied']> {
  return (await reader.all(OCCUPIED, [JSON.stringify(kinds)])).map(placeOf);
}

/** From one workspace to the next through the index, past everything that is in it. */
const OCCUPIED = `WITH RECURSIVE
  asked AS MATERIALIZED (SELECT value ->> 'kind' AS kind, value -> 'status' AS status FROM json_each(?)),
  found AS (
    SELECT kind, (SELECT min(workspace) FROM documents WHERE kind = asked.kind) AS workspace FROM asked
    UNION
    SELECT kind, (SELECT min(workspace) FROM documents WHERE kind = found.kind AND workspace > found.workspace)
      FROM found WHERE workspace IS NOT NULL)
  SELECT kind, workspace FROM found JOIN asked USING (kind)
   WHERE workspace IS NOT NULL AND (status IS NULL OR EXISTS (
     SELECT 1 FROM documents AS d WHERE d.kind = found.kind AND d.workspace = found.workspace
       AND CASE WHEN json_valid(body) THEN body ->> '$.status' END IN (SELECT value FROM json_each(asked.status))))`;
