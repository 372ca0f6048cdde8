import type { Delivery } from '../../sre/alert.ts';
import type { Incidents } from '../../sre/ports/incidents.ts';
import type { Connection, Row } from './connection.ts';
import { readAlerts } from './stored.ts';

export function deliveries(connection: Connection): Pick<Incidents, 'receive' | 'pending' | 'settle' | 'quarantined'> {
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
