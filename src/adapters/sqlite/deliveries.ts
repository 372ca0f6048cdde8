import type { Delivery } from '../../sre/alert.ts';
import type { Incidents } from '../../sre/ports/incidents.ts';
import type { Connection, Row } from './connection.ts';
import { readAlerts } from './stored.ts';

export function deliveries(connection: Connection): Pick<Incidents, 'receive' | 'pending' | 'settle' | 'quarantined'> {
  return {
    receive: (delivery, verdict) =>
      connection.write(async (writer) => {
        const { changes } = await writer.run(
          `INSERT OR IGNORE INTO deliveries (source, delivery_id, received_at, body, alerts, why, settled)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
          [
            delivery.source,
            delivery.deliveryId,
            delivery.receivedAt,
            delivery.body,
            verdict.accepted ? JSON.stringify(verdict.alerts) : null,
            verdict.accepted ? null : verdict.why,
            verdict.accepted ? 0 : 1,
          ],
        );
        return changes === 1;
      }),
    async pending() {
      const found = await connection.read('SELECT * FROM deliveries WHERE settled = 0 ORDER BY rowid', []);
      return found.map((row) => ({ delivery: readDelivery(row), alerts: readAlerts(row) }));
    },
    settle: (delivery) =>
      connection.write(async (writer) => {
        await writer.run('UPDATE deliveries SET settled = 1 WHERE source = ? AND delivery_id = ?', [
          delivery.source,
          delivery.deliveryId,
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
