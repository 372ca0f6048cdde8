import { createHash } from 'node:crypto';
import { BlobMissing, type Blobs, BlobTooLarge } from '../../ports/blobs.ts';
import type { Row } from './connection.ts';
import type { Reader } from './reader.ts';

const PIECE_BYTES = 256 * 1024;

/**
 * Blobs in pieces of a quarter of a megabyte. A key is there only when all its pieces are; uploads that never ended are
 * swept away a day later, when another begins. `connections` are its own: a large file holds up no other reader.
 */
export function postgresBlobs(connections: Reader, holds: Pick<Blobs, 'hold' | 'whileUnheld'>): Blobs {
  const drop = (upload: number) => connections.all(DROP_UPLOAD, [upload]);

  async function put(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<{ key: string; size: number }> {
    const [row] = await connections.all(BEGIN_UPLOAD, []);
    const upload = Number(row?.id);
    const hash = createHash('sha256');
    let size = 0;
    let n = 0;
    const counted = (chunk: Uint8Array) => {
      size += chunk.byteLength;
      if (size > limit) throw new BlobTooLarge(`more than the ${limit} bytes allowed`);
      hash.update(chunk);
    };
    try {
      for await (const piece of pieces(bytes, counted)) {
        await connections.all(ADD_PIECE, [upload, n, piece]);
        n += 1;
      }
      const key = hash.digest('hex');
      const [named] = await connections.all(NAME_UPLOAD, [key, upload, size]);
      if (named === undefined) throw new Error('the upload took more than a day and was swept away; send it again');
      // The same bytes are there already.
      if (Number(named.upload) !== upload) await drop(upload);
      return { key, size };
    } catch (error) {
      await drop(upload).catch(() => undefined);
      throw error;
    }
  }

  async function* stream(key: string): AsyncGenerator<Uint8Array> {
    const [blob] = await connections.all('SELECT upload, size FROM blobs WHERE key = $1', [key]);
    if (blob === undefined) throw new BlobMissing(`no blob ${JSON.stringify(key)}`);
    const hash = createHash('sha256');
    let size = 0;
    for (let n = 0; size < Number(blob.size); n++) {
      const [row] = await connections.all(READ_PIECE, [Number(blob.upload), n]);
      if (row === undefined) throw new BlobMissing(`blob ${key} was removed while it was read`);
      const bytes = bytesOf(row);
      size += bytes.byteLength;
      hash.update(bytes);
      yield bytes;
    }
    if (hash.digest('hex') !== key) {
      throw new BlobMissing(`the bytes of blob ${key} have changed in the database; restore a backup`);
    }
  }

  return {
    hold: holds.hold,
    whileUnheld: holds.whileUnheld,
    put,
    stream,
    async get(key) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream(key)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    async remove(key) {
      await connections.all(REMOVE, [key]);
    },
  };
}

async function* pieces(
  source: AsyncIterable<Uint8Array>,
  counted: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    counted(chunk);
    waiting.push(chunk);
    size += chunk.byteLength;
    if (size < PIECE_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting);
}

function bytesOf({ bytes }: Row): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  throw new TypeError('a piece of a blob is not bytes');
}

// Each may be sent again when the answer was lost.
const BEGIN_UPLOAD = `WITH stale AS (DELETE FROM uploads WHERE since < clock_timestamp() - interval '1 day' RETURNING id),
  swept AS (DELETE FROM pieces WHERE upload IN (SELECT id FROM stale))
  INSERT INTO uploads DEFAULT VALUES RETURNING id`;
const ADD_PIECE = 'INSERT INTO pieces (upload, n, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
const NAME_UPLOAD = `WITH done AS (DELETE FROM uploads WHERE id = $2 RETURNING id)
  INSERT INTO blobs AS b (key, upload, size) SELECT $1, $2, $3
   WHERE EXISTS (SELECT FROM done) OR EXISTS (SELECT FROM blobs WHERE key = $1 AND upload = $2)
  ON CONFLICT (key) DO UPDATE SET size = b.size RETURNING upload`;
const DROP_UPLOAD = `WITH done AS (DELETE FROM uploads WHERE id = $1)
  DELETE FROM pieces WHERE upload = $1 AND NOT EXISTS (SELECT FROM blobs WHERE blobs.upload = $1)`;
const READ_PIECE = 'SELECT bytes FROM pieces WHERE upload = $1 AND n = $2';
const REMOVE = `WITH gone AS (DELETE FROM blobs WHERE key = $1 RETURNING upload)
  DELETE FROM pieces WHERE upload IN (SELECT upload FROM gone)`;
