/** A real Prometheus in a folder of its own: with samples written into it beforehand, or scraping what a test serves. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const PATIENCE_MS = 30_000;

/** What is not installed here, as a sentence; null when nothing is missing. */
export function missingPrometheus(): string | null {
  const missing = ['prometheus', 'promtool'].filter((name) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
  return missing.length === 0 ? null : `not installed: ${missing.join(', ')}`;
}

export interface RealPrometheus {
  url: string;
  stop(): Promise<void>;
}

/** `samples` is OpenMetrics with timestamps; its types and help texts are served to be scraped, as live metrics have them. */
export async function startPrometheus(options: { samples?: string; targets?: string[] }): Promise<RealPrometheus> {
  const home = await mkdtemp(join(tmpdir(), 'vigil-prometheus-'));
  const { samples = '# EOF\n', targets = [] } = options;
  const words = await serveText(
    samples
      .split('\n')
      .filter((line) => line.startsWith('#'))
      .join('\n'),
  );
  if (options.samples !== undefined) {
    await writeFile(join(home, 'samples.om'), samples);
    await promisify(execFile)('promtool', [
      ...['tsdb', 'create-blocks-from', 'openmetrics'],
      ...[join(home, 'samples.om'), join(home, 'data')],
    ]);
  }
  // JSON is YAML.
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'shop', static_configs: [{ targets: [words.address, ...targets] }] }],
  };
  await writeFile(join(home, 'prometheus.yml'), JSON.stringify(config));
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(home, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(home, 'data')}`,
      // Samples of recorded incidents are older than what it keeps by itself.
      '--storage.tsdb.retention.time=20y',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  async function stop(): Promise<void> {
    child.kill('SIGKILL');
    await ended;
    await words.stop();
    await rm(home, { recursive: true, force: true });
  }
  try {
    await until(`${url}/-/ready`, () => true);
    if (options.samples !== undefined) await until(`${url}/api/v1/metadata`, (body) => body.includes('"help"'));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

export interface Served {
  /** `127.0.0.1:port`. */
  address: string;
  /** Replaces what is served. */
  say(text: string): void;
  stop(): Promise<void>;
}

/** A page for Prometheus to scrape. */
export async function serveText(first: string): Promise<Served> {
  let text = first;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0; charset=utf-8');
    response.end(`${text.trimEnd()}\n`);
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${port}`,
    say(next) {
      text = next;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function until(url: string, good: (body: string) => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const body = await fetch(url).then(
      async (response) => (response.ok ? await response.text() : null),
      () => null,
    );
    if (body !== null && good(body)) return;
    if (Date.now() > end) throw new Error(`${url}: not within ${PATIENCE_MS / 1000} s`);
    await sleep(100);
  }
}
