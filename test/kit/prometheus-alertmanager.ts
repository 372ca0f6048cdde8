/** A real Prometheus with one rule over one number that the test moves, and a real Alertmanager behind it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

const PROMETHEUS = ['prometheus'];
const ALERTMANAGER = ['prometheus-alertmanager', 'alertmanager'];

/** What is not installed here, as a sentence; null when nothing is missing. */
export function missingPrograms(): string | null {
  const missing = [PROMETHEUS, ALERTMANAGER].filter((names) => programOf(names) === null).map(([name]) => name);
  return missing.length === 0 ? null : `not installed: ${missing.join(', ')}`;
}

function programOf(names: readonly string[]): string | null {
  return names.find(isInstalled) ?? null;
}

function isInstalled(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface Alerting {
  /** Seconds that checkout takes; above 1 the alert fires. */
  latency(seconds: number): void;
  /** Webhook requests so far: all attempts, and those that were not answered with 2xx. */
  requests(): Promise<{ total: number; failed: number }>;
  stop(): Promise<void>;
}

export async function startAlerting(receiver: { url: string; token: string }): Promise<Alerting> {
  const home = await mkdtemp(join(tmpdir(), 'vigil-alerting-'));
  let seconds = 0.2;
  const exporter = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`# TYPE checkout_latency_seconds gauge\ncheckout_latency_seconds{service="checkout"} ${seconds}\n`);
  });
  const [target, prometheus, alertmanager] = await Promise.all([freePort(), freePort(), freePort()]);
  exporter.listen(target, '127.0.0.1');
  await once(exporter, 'listening');
  // JSON is YAML.
  const file = (name: string, content: unknown) => writeFile(join(home, name), JSON.stringify(content));
  await file('rules.yml', rules());
  await file('prometheus.yml', {
    global: { scrape_interval: '1s', evaluation_interval: '1s', scrape_timeout: '1s' },
    rule_files: ['rules.yml'],
    scrape_configs: [{ job_name: 'shop', static_configs: [{ targets: [`127.0.0.1:${target}`] }] }],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanager}`] }] }] },
  });
  await file('alertmanager.yml', routes(receiver));
  const stops = [
    run(ALERTMANAGER, [
      `--config.file=${join(home, 'alertmanager.yml')}`,
      `--storage.path=${join(home, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${alertmanager}`,
      '--cluster.listen-address=',
    ]),
    run(PROMETHEUS, [
      `--config.file=${join(home, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(home, 'prometheus')}`,
      `--web.listen-address=127.0.0.1:${prometheus}`,
    ]),
  ];
  return {
    latency(value) {
      seconds = value;
    },
    async requests() {
      const text = await fetch(`http://127.0.0.1:${alertmanager}/metrics`).then(
        (response) => response.text(),
        () => '',
      );
      const count = (name: string) =>
        Number(new RegExp(`^${name}\\{integration="webhook"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
      return {
        total: count('alertmanager_notification_requests_total'),
        failed: count('alertmanager_notification_requests_failed_total'),
      };
    },
    async stop() {
      for (const stop of stops) await stop();
      exporter.closeAllConnections();
      exporter.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export interface RealAlertmanager {
  url: string;
  stop(): Promise<void>;
}

/** Alone, and it tells nobody: alerts are posted to its API. */
export async function startAlertmanager(): Promise<RealAlertmanager> {
  const home = await mkdtemp(join(tmpdir(), 'vigil-alertmanager-'));
  const port = await freePort();
  const config = join(home, 'alertmanager.yml');
  await writeFile(config, JSON.stringify({ route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] }));
  const stop = run(ALERTMANAGER, [
    `--config.file=${config}`,
    `--storage.path=${join(home, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ]);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      await stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function rules(): object {
  const rule = {
    alert: 'CheckoutSlow',
    expr: 'checkout_latency_seconds > 1',
    labels: { severity: 'critical' },
    annotations: { summary: 'checkout is slow' },
  };
  return { groups: [{ name: 'shop', interval: '1s', rules: [rule] }] };
}

/** The shortest intervals that it takes: everything that takes hours in production happens within seconds. */
function routes({ url, token }: { url: string; token: string }): object {
  const authorization = { type: 'Bearer', credentials: token };
  return {
    route: {
      receiver: 'vigil',
      group_by: ['alertname'],
      group_wait: '1s',
      group_interval: '1s',
      repeat_interval: '2s',
    },
    receivers: [{ name: 'vigil', webhook_configs: [{ url, send_resolved: true, http_config: { authorization } }] }],
  };
}

function run(names: readonly string[], args: readonly string[]): () => Promise<void> {
  const program = programOf(names);
  if (program === null) throw new Error(`${names[0]} is not installed`);
  const child = spawn(program, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}
