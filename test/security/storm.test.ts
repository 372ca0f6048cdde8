/** Ten thousand alerts, each with a label of its own, in two hundred groups. */
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { alertBody } from '../survival/tiny-world.ts';
import { type Attack, attack } from './hostile-model.ts';

const GROUPS = 200;
const PER_GROUP = 50;
const answer = z.object({ accepted: z.boolean(), duplicate: z.boolean(), alerts: z.number() });
let running: Attack;
beforeAll(async () => {
  running = await attack([[]], { maxInvestigations: 2 });
});
afterAll(() => running.close(), 60_000);

test('opens at most 51 incidents, keeps every alert, and a storm of the same bytes adds nothing', {
  timeout: 300_000,
}, async () => {
  const bodies = Array.from({ length: GROUPS }, (_, group) => storm(group));
  const began = Date.now();
  const answers = await sendAll(bodies);
  expect(answers.map(({ accepted, duplicate }) => [accepted, duplicate])).toEqual(bodies.map(() => [true, false]));
  expect(answers.reduce((sum, { alerts }) => sum + alerts, 0)).toBe(GROUPS * PER_GROUP);
  // After the flood, a real one: it must not be buried.
  expect((await running.vigil.hook(JSON.stringify({ ...alertBody(), groupKey: 'after the storm' }))).status).toBe(202);
  await expect.poll(pending, { timeout: 200_000, interval: 500 }).toBe(0);
  process.stderr.write(`storm of ${GROUPS * PER_GROUP} taken in after ${Date.now() - began} ms\n`);
  const incidents = await all();
  expect(incidents.length).toBeLessThanOrEqual(51);
  for (const { alerts } of incidents) expect(alerts.length).toBeLessThanOrEqual(200);
  const grave = incidents.filter(({ alerts }) => alerts.some(({ fingerprint }) => fingerprint === 'c0ffee0000000001'));
  expect(grave.map(({ severity }) => severity)).toEqual(['critical']);
  expect((await sendAll(bodies.slice(0, 20))).every(({ duplicate }) => duplicate)).toBe(true);
  expect((await all()).length).toBe(incidents.length);
});

const all = async () =>
  (
    await running.vigil.call<{ data: { severity: string; alerts: { fingerprint: string }[] }[] }>(
      '/api/incidents?limit=200',
    )
  ).data;

/** Deliveries that are stored and not yet taken in. */
function pending(): Promise<number> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(join(running.vigil.dataDir, 'vigil.db'), sqlite3.OPEN_READONLY);
    database.get<{ n: number }>('SELECT count(*) AS n FROM deliveries WHERE settled = 0', (error, row) =>
      database.close(() => (error === null ? resolve(row.n) : reject(error))),
    );
  });
}

async function sendAll(bodies: string[]): Promise<z.infer<typeof answer>[]> {
  const answers: z.infer<typeof answer>[] = [];
  for (let at = 0; at < bodies.length; at += 10) {
    const some = bodies
      .slice(at, at + 10)
      .map(async (body) => answer.parse(await (await running.vigil.hook(body)).json()));
    answers.push(...(await Promise.all(some)));
  }
  return answers;
}

function storm(group: number): string {
  const startsAt = new Date(Date.UTC(2026, 3, 17, 13)).toISOString();
  const alerts = Array.from({ length: PER_GROUP }, (_, n) => ({
    status: 'firing',
    labels: { alertname: 'Noise', service: 'noisy', request_id: `${group}-${n}` },
    annotations: {},
    startsAt,
    fingerprint: `storm-${group}-${n}`,
  }));
  return JSON.stringify({ version: '4', groupKey: `{request_id="${group}"}`, receiver: 'vigil', alerts });
}
