import type { Alert, Delivery } from '../../sre/alert.ts';
import type { Incidents } from '../../sre/ports/incidents.ts';
import type { Connection, Row } from './connection.ts';
import { readAlerts } from './stored.ts';

type Deliveries = Pick<Incidents, 'receive' | 'pending' | 'settle' | 'heard' | 'quarantined'>;

/** One may be a megabyte. */
const PAGE = 25;
const MOST_HEARD = { deliveries: 2000, characters: 8 * 1024 * 1024 };

interface Read {
  count: number;
  characters: number;
  before: number;
  /** Null before the first page. */
  oldest: string | null;
}

export function deliveries(connection: Connection): Deliveries {
  return {
    // They are numbered as they come, and none may become visible after one with a higher number.
    receive: (delivery, verdict) =>
      connection.write('deliveries', async (writer) => {
        const { changes } = await writer.run(
          `INSERT INTO deliveries (source, delivery_id, received_at, body, alerts, why, settled)
           VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
          [
            delivery.source,
            connection.key(delivery.deliveryId),
            delivery.receivedAt,
            delivery.body,
            verdict.accepted ? JSON.stringify(verdict.alerts) : null,
            verdict.accepted ? null : verdict.why,
            verdict.accepted ? 0 : 1,
          ],
        );
        if (changes === 1 && verdict.accepted) writer.tell({ of: 'deliveries' });
        return changes === 1;
      }),
    async pending() {
      const found = await connection.read('SELECT * FROM deliveries WHERE settled = 0 ORDER BY rowid', []);
      return found.map((row) => ({ delivery: readDelivery(row), alerts: readAlerts(row) }));
    },
    settle: ({ source, deliveryId }) =>
      connection.write(deliveryId, async (writer) => {
        await writer.run('UPDATE deliveries SET settled = 1 WHERE source = ? AND delivery_id = ?', [
          source,
          connection.key(deliveryId),
        ]);
      }),
    async heard(since) {
      const alerts: Alert[] = [];
      const read: Read = { count: 0, characters: 0, before: Number.MAX_SAFE_INTEGER, oldest: null };
      while (read.count < MOST_HEARD.deliveries && read.characters < MOST_HEARD.characters) {
        const sql =
          'SELECT rowid, received_at, alerts FROM deliveries WHERE rowid < ? AND why IS NULL ORDER BY rowid DESC LIMIT ?';
        const page = await connection.read(sql, [read.before, PAGE]);
        const fresh = page.filter(({ received_at }) => String(received_at) >= since);
        alerts.push(...fresh.flatMap(readAlerts));
        const last = page.at(-1);
        const oldest = last === undefined ? read.oldest : String(last.received_at);
        if (fresh.length < page.length) return { alerts, since, oldest: null };
        if (page.length < PAGE) return { alerts, since, oldest };
        read.count += page.length;
        read.characters += page.reduce((sum, row) => sum + String(row.alerts).length, 0);
        read.before = Number(last?.rowid);
        read.oldest = oldest;
      }
      return { alerts, since: read.oldest ?? since, oldest: null };
    },
    async quarantined(limit) {
      const sql = 'SELECT * FROM deliveries WHERE why IS NOT NULL ORDER BY rowid DESC LIMIT ?';
      const found = await connection.read(sql, [limit]);
      return found.map((row) => ({ delivery: readDelivery(row), why: String(row.why) }));
    },
  };
}

function readDelivery(row: Row): Delivery {
  return {
    source: String(row.source),
    deliveryId: String(row.delivery_id),
    receivedAt: String(row.received_at),
    body: String(row.body),
  };
}
