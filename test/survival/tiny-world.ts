/** The smallest incident that can be told to its end: one metric, one change, a repository with that change in it. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { gitWorkshop } from '../kit/git-repository.ts';

const NOW = Date.parse('2026-04-17T14:00:00Z');
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

/** Writes the world into `folder`. The change `deploy-pool` is the repository's last commit. */
export async function writeTinyWorld(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const workshop = await gitWorkshop();
  await workshop.commit('checkout with a pool of twenty', { 'checkout/pool.ts': 'export const POOL = 20;\n' });
  const ref = await workshop.commit('checkout: smaller pool', { 'checkout/pool.ts': 'export const POOL = 2;\n' });
  await copyFile(await workshop.bundle(), join(folder, 'repo.bundle'));
  await workshop.remove();
  const json = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value));
  await Promise.all([
    json('world.json', {
      name: 'tiny',
      summary: 'Checkout waits.',
      now: minutesAgo(0),
      alert_source: 'alertmanager',
      simulated: true,
    }),
    json('alert.json', alertBody()),
    json('topology.json', { services: [{ name: 'checkout', depends_on: [] }] }),
    json('changes.json', [
      { id: 'deploy-pool', kind: 'deploy', service: 'checkout', time: minutesAgo(30), title: 'smaller pool', ref },
    ]),
    writeFile(join(folder, 'metrics.om.gz'), gzipSync(metrics())),
    writeFile(join(folder, 'logs.jsonl.gz'), gzipSync(logs())),
  ]);
}

export function alertBody() {
  const labels = { alertname: 'CheckoutSlow', service: 'checkout', severity: 'critical' };
  return {
    version: '4',
    groupKey: '{}:{alertname="CheckoutSlow"}',
    receiver: 'vigil',
    status: 'firing',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations: { summary: 'checkout is slow' },
        startsAt: minutesAgo(5),
        endsAt: '0001-01-01T00:00:00Z',
        fingerprint: 'c0ffee0000000001',
      },
    ],
  };
}

function metrics(): string {
  const samples = Array.from({ length: 61 }, (_, minute) => {
    const value = minute > 30 ? 40 : 0;
    return `pool_waiting{service="checkout"} ${value} ${NOW / 1000 - (60 - minute) * 60}`;
  });
  return ['# TYPE pool_waiting gauge', ...samples, '# EOF', ''].join('\n');
}

function logs(): string {
  const lines = Array.from({ length: 20 }, (_, n) => ({
    time: minutesAgo(25 - n),
    service: 'checkout',
    level: 'ERROR',
    message: 'no free connection',
    attributes: {},
  }));
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
